#include "tokenizer/vocabulary.h"

#include "core/require.h"
#include "tokenizer/byte_alphabet.h"

namespace seed {

VocabularyBuilder::VocabularyBuilder() {
    for (std::string_view name : {mask_name, eos_name, pad_name}) {
        vocabulary_.special.push_back(size());
        vocabulary_.tokens.emplace_back(name);
    }
    for (std::uint8_t byte : bytes_by_code_point()) {
        id_of_[std::string(1, char(byte))] = size();
        vocabulary_.tokens.emplace_back(1, char(byte));
    }
}

TokenId VocabularyBuilder::add_merge(TokenPair pair) {
    const TokenId first = TokenId(vocabulary_.special.size());
    for (TokenId part : {pair.first, pair.second}) {
        require(part >= first && part < size(), "merge {}: expected ids in {} ... {}, got {}",
                vocabulary_.merges.size(), first, size() - 1, part);
    }
    vocabulary_.merges.push_back(pair);
    std::string bytes = vocabulary_.tokens[pair.first] + vocabulary_.tokens[pair.second];
    const auto [entry, is_new] = id_of_.try_emplace(bytes, size());
    if (is_new) vocabulary_.tokens.push_back(std::move(bytes));
    return entry->second;
}

}  // namespace seed
