// A program whose tokens were revealed step by step, as order_report.h looks at it.
#pragma once

#include <string>
#include <vector>

#include "tokenizer/tokenizer.h"
#include "trajectory_selection/trajectory.h"

namespace seed {

// A token of a program, in the step that revealed it.
struct PlacedToken {
    std::int32_t step = 0;
    std::size_t begin = 0, end = 0;  // of its text in the program, without spaces around it
};

struct PlacedProgram {
    std::string text;
    std::vector<PlacedToken> tokens;
};

// The tokens behind the given positions and before the first eos.
PlacedProgram place(const Tokenizer& tokenizer, const std::vector<std::int32_t>& ids,
                    const Trajectory& trajectory);

// Is it the name of a variable, whole? No keyword, no field, none of Lua's own functions.
bool is_variable(const PlacedProgram& program, const PlacedToken& token);

// A line of the program.
struct Line {
    std::size_t indent = 0;
    std::string first_word;        // "function" also of a local one
    double steps = 0, tokens = 0;  // sum of the steps, number of tokens

    double mean_step() const { return steps / tokens; }
    bool opens_block() const {
        return first_word == "function" || first_word == "for" || first_word == "while" ||
               first_word == "if";
    }
};

std::vector<Line> lines_of(const PlacedProgram& program);

}  // namespace seed
