// How many blocks a launch needs.
#pragma once

#include "core/array.h"

namespace seed {

// Blocks of `per_block` threads (or rows, or columns) that cover `count` of them: along the x of a
// grid, which has room for 2^31 - 1.
inline Index blocks_for(Index count, Index per_block) {
    return (count + per_block - 1) / per_block;
}

// Along its y, which has room for 65,535. Throws Error "WHAT: expected at most 1048560, got
// 1048561".
inline unsigned blocks_down(Index count, Index per_block, const char* what) {
    const Index most = 65535 * per_block;
    require(count <= most, "{}: expected at most {}, got {}", what, most, count);
    return unsigned(blocks_for(count, per_block));
}

}  // namespace seed
