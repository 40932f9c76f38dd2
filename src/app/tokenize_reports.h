// The tables of `seed tokenize show` and `seed tokenize curve`, on the terminal and as JSON.
// Both spell a token in the byte alphabet (tokenizer/byte_alphabet.h): a space is U+0120.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "tokenizer/bpe_trainer.h"
#include "tokenizer/corpus.h"

namespace seed {

// The number of tokens of all texts, counted in parallel.
std::int64_t count_tokens(const Tokenizer& tokenizer, std::span<const std::string> texts);

// Prints the merges that turn a text of at most 2,000 bytes into its tokens, a line per merge.
// JSON, if `json` is not empty:
//   vocab_size  number
//   bytes       the tokens before the first merge, a list of strings
//   steps       list of {rank, left, right, product, tokens}: the place of the merge in the order
//               of learning, the two tokens, what they become, all tokens after this step
void show_merges(const Tokenizer& tokenizer, std::string_view text,
                 const std::filesystem::path& json);

// Learns `options.vocab_size` tokens, then cuts the list of merges at 259, 512, 1024, ... tokens
// and prints how long the texts are with each. Every tenth file is held out of training.
// JSON, if `json` is not empty:
//   train_bytes, held_out_bytes  numbers
//   rows  list of {vocab_size, merges, train_tokens, train_tokens_per_byte, held_out_tokens,
//         held_out_tokens_per_byte}; the last is null where fewer than ten files leave none to
//         hold out
void show_compression_curve(const Corpus& corpus, const BpeOptions& options,
                            const std::filesystem::path& json);

}  // namespace seed
