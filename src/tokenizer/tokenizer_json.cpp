#include "tokenizer/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/require.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer_json_reader.h"

namespace seed {
namespace {

using Json = nlohmann::ordered_json;  // keeps the vocabulary in the order of its ids

// How the file spells a token: a special token by its name, any other in the byte alphabet.
std::string spelling(const Tokenizer& tokenizer, TokenId id) {
    const std::string& text = tokenizer.token_text(id);
    return tokenizer.is_special(id) ? text : to_printable(text);
}

Json added_tokens(const Tokenizer& tokenizer) {
    Json list = Json::array();
    for (TokenId id : tokenizer.vocabulary().special) {
        list.push_back({{"id", id},
                        {"content", tokenizer.token_text(id)},
                        {"single_word", false},
                        {"lstrip", false},
                        {"rstrip", false},
                        {"normalized", false},
                        {"special", true}});
    }
    return list;
}

Json byte_level() {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", false},
            {"trim_offsets", false},
            {"use_regex", false}};
}

Json pre_tokenizer() {
    const Json split = {{"type", "Split"},
                        {"pattern", {{"Regex", pre_token_pattern}}},
                        {"behavior", "Isolated"},
                        {"invert", false}};
    return {{"type", "Sequence"}, {"pretokenizers", Json::array({split, byte_level()})}};
}

Json model(const Tokenizer& tokenizer) {
    Json::object_t vocab;  // appended to: a look-up in it takes linear time
    for (TokenId id = 0; id < tokenizer.vocab_size(); ++id) {
        vocab.emplace_back(spelling(tokenizer, id), id);
    }
    Json merges = Json::array();
    for (const auto& [left, right] : tokenizer.merges()) {
        merges.push_back({spelling(tokenizer, left), spelling(tokenizer, right)});
    }
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"ignore_merges", false},
            {"vocab", std::move(vocab)},
            {"merges", std::move(merges)}};
}

}  // namespace

std::string to_tokenizer_json(const Tokenizer& tokenizer) {
    const Json file = {{"version", "1.0"},
                       {"truncation", nullptr},
                       {"padding", nullptr},
                       {"added_tokens", added_tokens(tokenizer)},
                       {"normalizer", nullptr},
                       {"pre_tokenizer", pre_tokenizer()},
                       {"post_processor", nullptr},
                       {"decoder", byte_level()},
                       {"model", model(tokenizer)}};
    return file.dump(1) + "\n";
}

Tokenizer parse_tokenizer_json(std::string_view json, std::string_view name) {
    try {
        return Tokenizer(read_vocabulary(json));
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}", name, error.what()));
    }
}

Tokenizer load_tokenizer(const std::filesystem::path& path) {
    std::error_code unknown;  // read_file says what is wrong
    const std::uintmax_t bytes = std::filesystem::file_size(path, unknown);
    require(unknown || bytes <= max_tokenizer_json_bytes,
            "{}: expected a tokenizer.json of at most {} bytes, got {}", path.string(),
            max_tokenizer_json_bytes, bytes);
    return parse_tokenizer_json(read_file(path), path.string());
}

void save_tokenizer(const std::filesystem::path& path, const Tokenizer& tokenizer) {
    write_file_atomically(path, to_tokenizer_json(tokenizer));
}

}  // namespace seed
