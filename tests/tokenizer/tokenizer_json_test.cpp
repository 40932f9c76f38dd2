#include "tokenizer/tokenizer_json.h"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/require.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"
#include "tests/tokenizer/random_text.h"
#include "tokenizer/bpe_trainer.h"
#include "tokenizer/pre_tokenizer.h"

using namespace seed;

namespace {

using Json = nlohmann::json;

Tokenizer example() {
    return train_bpe(std::vector<std::string>{"low low low lower lowest"}, {.vocab_size = 263});
}

bool same(const Tokenizer& a, const Tokenizer& b) {
    return a.vocabulary().tokens == b.vocabulary().tokens && a.merges() == b.merges() &&
           a.vocabulary().special == b.vocabulary().special && a.mask_id() == b.mask_id();
}

Tokenizer parsed(const Json& json) { return parse_tokenizer_json(json.dump(), "t.json"); }

struct BadFile {
    const char* name;
    std::function<void(Json&)> spoil;
    const char* expected;  // a part of the error
};

const std::vector<BadFile> bad_files = {
    {"a list", [](Json& f) { f = Json::array(); }, "expected a tokenizer.json"},
    {"no model", [](Json& f) { f.erase("model"); }, "\"model\""},
    {"WordPiece", [](Json& f) { f["model"]["type"] = "WordPiece"; }, "\"BPE\""},
    {"Unigram", [](Json& f) { f["model"] = {{"type", "Unigram"}, {"vocab", {}}}; }, "\"BPE\""},
    {"dropout", [](Json& f) { f["model"]["dropout"] = 0.1; }, "\"dropout\""},
    {"an unknown token", [](Json& f) { f["model"]["unk_token"] = "<unk>"; }, "\"unk_token\""},
    {"a suffix", [](Json& f) { f["model"]["end_of_word_suffix"] = "</w>"; }, "suffix"},
    {"a prefix", [](Json& f) { f["model"]["continuing_subword_prefix"] = "#"; }, "prefix"},
    {"byte fallback", [](Json& f) { f["model"]["byte_fallback"] = true; }, "byte_fallback"},
    {"ignored merges", [](Json& f) { f["model"]["ignore_merges"] = true; }, "ignore_merges"},
    {"a normaliser", [](Json& f) { f["normalizer"] = {{"type", "NFC"}}; }, "\"normalizer\""},
    {"truncation", [](Json& f) { f["truncation"] = {{"max_length", 8}}; }, "\"truncation\""},
    {"padding", [](Json& f) { f["padding"] = {{"pad_id", 2}}; }, "\"padding\""},
    {"no pre-tokenizer", [](Json& f) { f["pre_tokenizer"] = nullptr; }, "\"pre_tokenizer\""},
    {"another pre-tokenizer", [](Json& f) { f["pre_tokenizer"] = {{"type", "ByteLevel"}}; },
     "\"Sequence\""},
    {"another pattern",
     [](Json& f) { f["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "\\w+"; },
     "\"pattern\""},
    {"an inverted pattern",
     [](Json& f) { f["pre_tokenizer"]["pretokenizers"][0]["invert"] = true; }, "\"invert\""},
    {"other cuts",
     [](Json& f) { f["pre_tokenizer"]["pretokenizers"][0]["behavior"] = "Removed"; },
     "\"behavior\""},
    {"one step less", [](Json& f) { f["pre_tokenizer"]["pretokenizers"].erase(1); }, "Split"},
    {"a space put in front",
     [](Json& f) { f["pre_tokenizer"]["pretokenizers"][1]["add_prefix_space"] = true; },
     "add_prefix_space"},
    {"a second pattern",
     [](Json& f) { f["pre_tokenizer"]["pretokenizers"][1]["use_regex"] = true; }, "use_regex"},
    {"a template", [](Json& f) { f["post_processor"] = {{"type", "TemplateProcessing"}}; },
     "ByteLevel"},
    {"no decoder", [](Json& f) { f["decoder"] = nullptr; }, "ByteLevel"},
    {"no vocabulary", [](Json& f) { f["model"].erase("vocab"); }, "\"vocab\""},
    {"an empty vocabulary", [](Json& f) { f["model"]["vocab"] = Json::object(); }, "expected"},
    {"a vocabulary list", [](Json& f) { f["model"]["vocab"] = Json::array(); }, "\"vocab\""},
    {"a gap in the ids", [](Json& f) { f["model"]["vocab"].erase("!"); }, "0 ... 261, each once"},
    {"an id twice", [](Json& f) { f["model"]["vocab"]["!"] = 4; }, "each once"},
    {"a negative id", [](Json& f) { f["model"]["vocab"]["!"] = -3; }, "each once"},
    {"a huge id", [](Json& f) { f["model"]["vocab"]["!"] = 1e30; }, "each once"},
    {"an id of 2^64-1", [](Json& f) { f["model"]["vocab"]["!"] = ~0ull; }, "each once"},
    {"an id in quotes", [](Json& f) { f["model"]["vocab"]["!"] = "3"; }, "each once"},
    {"a foreign spelling", [](Json& f) { f["model"]["vocab"]["▁a"] = 263; }, "byte alphabet"},
    {"an empty token", [](Json& f) { f["model"]["vocab"][""] = 263; }, "empty token"},
    {"a token that nothing makes", [](Json& f) { f["model"]["vocab"]["zz"] = 263; }, "makes"},
    {"no merges", [](Json& f) { f["model"].erase("merges"); }, "\"merges\""},
    {"merges lost", [](Json& f) { f["model"]["merges"].erase(3); }, "makes token 262"},
    {"an unknown part", [](Json& f) { f["model"]["merges"][0] = {"zz", "a"}; }, "known tokens"},
    {"an unknown product", [](Json& f) { f["model"]["merges"][0] = {"a", "b"}; }, "merge 0"},
    {"a merge of a special token", [](Json& f) { f["model"]["merges"][0] = {"<|eos|>", "a"}; },
     "merge 0"},
    {"a merge twice", [](Json& f) { f["model"]["merges"].push_back({"l", "o"}); }, "merge 4"},
    {"a merge of three", [](Json& f) { f["model"]["merges"][0] = {"a", "b", "c"}; },
     "merge of two"},
    {"a merge of one", [](Json& f) { f["model"]["merges"][0] = "lo"; }, "merge of two"},
    {"a merge of numbers", [](Json& f) { f["model"]["merges"][0] = {1, 2}; }, "merge of two"},
    {"no mask token",
     [](Json& f) {
         f["added_tokens"][0]["content"] = "<|blank|>";
         f["model"]["vocab"].erase("<|mask|>");
     },
     "special token \"<|mask|>\""},
    {"no special tokens", [](Json& f) { f.erase("added_tokens"); }, "\"added_tokens\""},
    {"a plain added token", [](Json& f) { f["added_tokens"][0]["special"] = false; }, "special"},
    {"two ids for a token", [](Json& f) { f["added_tokens"][0]["id"] = 7; }, "one id"},
    {"an added token twice",
     [](Json& f) { f["added_tokens"].push_back(f["added_tokens"][0]); }, "one id"},
    {"an added number", [](Json& f) { f["added_tokens"][0] = 5; }, "added tokens"},
    {"a line end in a name", [](Json& f) { f["model"]["vocab"]["a\nb"] = 263; }, "a\\nb"},
};

}  // namespace

TEST_CASE("a tokenizer comes back from its file") {
    const TemporaryFolder folder;
    const Tokenizer tokenizer = train_bpe(random_texts(8, 30, 3), {.vocab_size = 400});
    save_tokenizer(folder / "t.json", tokenizer);
    CHECK(same(load_tokenizer(folder / "t.json"), tokenizer));
}

TEST_CASE("merges are read in the older spelling too") {
    Json json = Json::parse(to_tokenizer_json(example()));
    for (Json& merge : json["model"]["merges"]) {
        merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
    }
    CHECK(same(parsed(json), example()));
}

TEST_CASE("special tokens may come last and stand outside the vocabulary") {
    Json json = Json::parse(to_tokenizer_json(example()));
    Json vocab = Json::object();
    for (const auto& [token, id] : json["model"]["vocab"].items()) {
        if (id >= 3) vocab[token] = int(id) - 3;
    }
    json["model"]["vocab"] = vocab;
    for (int i = 0; i < 3; ++i) json["added_tokens"][i]["id"] = 260 + i;
    const Tokenizer tokenizer = parsed(json);
    CHECK(tokenizer.mask_id() == 260);
    CHECK(tokenizer.pad_id() == 262);
    CHECK(tokenizer.encode(" lowlow") == std::vector<TokenId>{261 - 3, 260 - 3});
    CHECK(same(parse_tokenizer_json(to_tokenizer_json(tokenizer), "again"), tokenizer));
}

TEST_CASE("a tokenizer.json of another kind is refused in one line") {
    const Json good = Json::parse(to_tokenizer_json(example()));
    CHECK(error_of([&] { parsed(good); }) == "");
    for (const BadFile& bad : bad_files) {
        Json json = good;
        bad.spoil(json);
        const std::string error = error_of([&] { parsed(json); });
        INFO(bad.name << ": " << error);
        CHECK(error.starts_with("t.json: "));
        CHECK(error.find(bad.expected) != error.npos);
        CHECK(error.find('\n') == error.npos);
        CHECK(error.size() < 250);
    }
}

TEST_CASE("a truncated tokenizer.json is refused wherever it ends") {
    const std::string json = to_tokenizer_json(example());
    for (std::size_t size = 0; size + 2 < json.size(); size += 97) {
        const std::string part = json.substr(0, size);
        const std::string error = error_of([&] { parse_tokenizer_json(part, "t.json"); });
        CHECK(error.starts_with("t.json: expected JSON, got a syntax error at line "));
    }
}

TEST_CASE("files that are missing, not JSON or huge are refused") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(load_tokenizer(folder / "none.json"), Error);
    CHECK_THROWS_AS(load_tokenizer(folder.path()), Error);
    CHECK_THROWS_AS(parse_tokenizer_json("\xff\xfe", "t.json"), Error);
    CHECK_THROWS_AS(parse_tokenizer_json(std::string(100000, '['), "t.json"), Error);
    std::ofstream(folder / "huge.json") << "{}";
    std::filesystem::resize_file(folder / "huge.json", max_tokenizer_json_bytes + 1);
    const std::string error = error_of([&] { load_tokenizer(folder / "huge.json"); });
    CHECK(error.find("at most") != error.npos);
}
