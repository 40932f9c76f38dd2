// What is known of where the output goes.
#pragma once

#include <cstddef>
#include <cstdio>

namespace seed {

struct Terminal {
    bool is_terminal = false;
    bool has_colour = false;  // a terminal, and NO_COLOR is not set
    std::size_t width = 80;   // columns; 80 where nobody knows
};

Terminal terminal_of(std::FILE* out);

}  // namespace seed
