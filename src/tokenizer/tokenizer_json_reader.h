// The reading half of tokenizer_json.h: from JSON text to the tables of a tokenizer.
#pragma once

#include <string_view>

#include "tokenizer/vocabulary.h"

namespace seed {

// Throws Error, in one line, if the text is not JSON, if it is a tokenizer of another kind, or if
// its ids are not 0 ... n-1, each once. Whether the tables make a tokenizer is for Tokenizer's
// constructor to say.
Vocabulary read_vocabulary(std::string_view json);

}  // namespace seed
