// seed tokenize: learn, use and look at the tokenizer of chapter 1.
//
//   seed tokenize train --corpus DIR --out tokenizer.json [--vocab-size N] [--min-count N]
//                       [--max-bytes N]
//   seed tokenize encode --tokenizer tokenizer.json FILE    ids, separated by spaces
//   seed tokenize decode --tokenizer tokenizer.json [FILE]  the bytes of such ids
//   seed tokenize show   --tokenizer tokenizer.json (FILE | --text TEXT) [--json FILE]
//   seed tokenize curve  --corpus DIR [--vocab-size N] [--max-bytes N] [--json FILE]
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Errors are thrown as seed::Error from the command's callback; nothing is written before them.
void add_tokenize_command(CLI::App& app);

}  // namespace seed
