// A decoding as a page for the browser (trajectory_page.h): every token in the step in which it
// came.
#pragma once

#include <nlohmann/json.hpp>

#include "edit_corruption/refine.h"
#include "tokenizer/tokenizer.h"

namespace seed {

class DecodingPage {
public:
    // `origin` says where the text comes from.
    DecodingPage(const Tokenizer& tokenizer, std::string origin, Index prompt_length);

    // Every state, in order. A first state without a call behind it is what was given; else the
    // prompt was.
    void see(const RefiningState& state);

    // What trajectory_page takes: of every position the first token, its step (0: given) and
    // confidence, and as `rewrites` the tokens that took its place later.
    nlohmann::ordered_json view() const;

private:
    struct Written {
        std::int32_t id;
        Index step;
        double confidence;
    };
    void write(Index position, const Written& token);

    const Tokenizer& tokenizer_;
    std::string origin_;
    Index prompt_length_, steps_ = 0;
    std::vector<std::vector<Written>> written_;  // of every position, in order
};

}  // namespace seed
