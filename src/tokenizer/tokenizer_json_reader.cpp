#include "tokenizer/tokenizer_json_reader.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/require.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/pre_tokenizer.h"

namespace seed {
namespace {

using Node = nlohmann::json;

// The member `key`; null if it is absent.
const Node& member(const Node& object, const char* key) {
    static const Node null;
    const auto found = object.find(key);
    return found == object.end() ? null : *found;
}

const Node& typed_member(const Node& object, const char* key, Node::value_t type) {
    const Node& value = member(object, key);
    // Not `require`: its arguments are made even when all is well, and a model is large.
    if (value.type() == type) return value;
    fail("expected \"{}\" to be an {}, got {}", key, Node(type).type_name(), shown(value));
}

// Each setting must be one of those that leave the ids of a text as Tokenizer gives them.
void require_setting(const Node& object, const char* key, std::initializer_list<Node> allowed) {
    const Node& value = member(object, key);
    for (const Node& other : allowed) {
        if (value == other) return;
    }
    fail("expected \"{}\" to be {}, got {}", key, shown(*allowed.begin()), shown(value));
}

void require_byte_level(const Node& step) {
    require(step.is_object(), "expected a ByteLevel step, got {}", shown(step));
    require_setting(step, "type", {"ByteLevel"});
}

void require_pre_tokenizer(const Node& file) {
    const Node& pre_tokenizer = typed_member(file, "pre_tokenizer", Node::value_t::object);
    require_setting(pre_tokenizer, "type", {"Sequence"});
    const Node& steps = typed_member(pre_tokenizer, "pretokenizers", Node::value_t::array);
    require(steps.size() == 2 && steps[0].is_object(),
            "expected the pre-tokenizer steps Split and ByteLevel, got {}", shown(steps));
    require_setting(steps[0], "type", {"Split"});
    require_setting(steps[0], "pattern", {Node{{"Regex", pre_token_pattern}}});
    require_setting(steps[0], "behavior", {"Isolated"});
    require_setting(steps[0], "invert", {false, nullptr});
    require_byte_level(steps[1]);
    require_setting(steps[1], "add_prefix_space", {false});
    require_setting(steps[1], "use_regex", {false});
}

void require_kind(const Node& file) {
    if (!file.is_object()) fail("expected a tokenizer.json, got {}", shown(file));
    const Node& model = typed_member(file, "model", Node::value_t::object);
    require_setting(model, "type", {"BPE"});
    for (const char* key : {"dropout", "unk_token"}) require_setting(model, key, {nullptr});
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        require_setting(model, key, {nullptr, ""});
    }
    for (const char* key : {"byte_fallback", "ignore_merges"}) {
        require_setting(model, key, {false, nullptr});
    }
    for (const char* key : {"normalizer", "truncation", "padding"}) {
        require_setting(file, key, {nullptr});
    }
    require_pre_tokenizer(file);
    require_byte_level(member(file, "decoder"));
    // The post-processor ByteLevel only moves offsets; any other adds tokens.
    const Node& post_processor = member(file, "post_processor");
    if (!post_processor.is_null()) require_byte_level(post_processor);
}

// Fills the tokens of a vocabulary by id and sees to it that every id is there once.
class TokenTable {
public:
    explicit TokenTable(std::size_t size) : tokens_(size), filled_(size, false) {}

    TokenId add(const Node& id, const Node& spelling, std::string bytes) {
        const bool is_free = id.is_number_unsigned() && id < tokens_.size() && !filled_[id];
        if (!is_free) {
            fail("expected the ids 0 ... {}, each once, got {} for the token {}",
                 tokens_.size() - 1, shown(id), shown(spelling));
        }
        const std::size_t index = id;
        filled_[index] = true;
        tokens_[index] = std::move(bytes);
        return TokenId(index);
    }
    // As many tokens were added as there are ids, each once: all are filled.
    std::vector<std::string> take() { return std::move(tokens_); }

private:
    std::vector<std::string> tokens_;
    std::vector<bool> filled_;
};

// Name -> id of the special tokens, which may or may not stand in the vocabulary as well.
std::map<std::string, Node> read_special_tokens(const Node& file, const Node& vocab) {
    std::map<std::string, Node> special;
    for (const Node& token : typed_member(file, "added_tokens", Node::value_t::array)) {
        require(token.is_object() && member(token, "content").is_string() &&
                    member(token, "special") == true,
                "expected special added tokens with a name, got {}", shown(token));
        const std::string name = token["content"];
        const auto twin = vocab.find(name);
        const bool agrees = twin == vocab.end() || *twin == member(token, "id");
        require(special.emplace(name, member(token, "id")).second && agrees,
                "expected one id for the special token {}, got several", shown(token["content"]));
    }
    return special;
}

void read_tokens(const Node& file, const Node& vocab, Vocabulary& vocabulary) {
    const std::map<std::string, Node> special = read_special_tokens(file, vocab);
    std::size_t size = vocab.size();
    for (const auto& [name, id] : special) size += !vocab.contains(name);

    TokenTable table(size);
    for (const auto& [name, id] : special) {
        vocabulary.special.push_back(table.add(id, name, name));
    }
    std::ranges::sort(vocabulary.special);
    for (const auto& [spelling, id] : vocab.items()) {
        if (special.contains(spelling)) continue;
        const auto bytes = from_printable(spelling);
        if (!bytes) fail("expected tokens spelled in the byte alphabet, got {}", shown(spelling));
        table.add(id, spelling, *bytes);
    }
    vocabulary.tokens = table.take();
}

// Both spellings of a merge: ["a", "b"] and "a b".
std::pair<std::string, std::string> read_pair(const Node& merge) {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        return {merge[0], merge[1]};
    }
    const std::string text = merge.is_string() ? merge.get<std::string>() : "";
    const std::size_t space = text.find(' ');
    if (space == text.npos) fail("expected a merge of two tokens, got {}", shown(merge));
    return {text.substr(0, space), text.substr(space + 1)};
}

TokenId id_of_part(const Node& vocab, const std::string& part) {
    const auto found = vocab.find(part);
    if (found == vocab.end()) fail("expected merges of known tokens, got {}", shown(part));
    return *found;
}

}  // namespace

Vocabulary read_vocabulary(std::string_view text) {
    const Node file = parse_json(text);
    require_kind(file);
    const Node& model = file["model"];
    const Node& vocab = typed_member(model, "vocab", Node::value_t::object);

    Vocabulary vocabulary;
    read_tokens(file, vocab, vocabulary);
    for (const Node& merge : typed_member(model, "merges", Node::value_t::array)) {
        const auto [left, right] = read_pair(merge);
        vocabulary.merges.emplace_back(id_of_part(vocab, left), id_of_part(vocab, right));
    }
    return vocabulary;
}

}  // namespace seed
