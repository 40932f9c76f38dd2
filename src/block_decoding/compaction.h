// Finished texts leave a batch: those that are still active close up, in their order, so that the
// rows of a smaller batch are all of use. The finished ones go behind them, in theirs: nothing is
// lost, and who was where can be told. (On the device: cuda/block_decoding/compaction_device.h.)
//
//   active   0 1 1 0 1        order   1 2 4 | 0 3        count   3
#pragma once

#include "core/array.h"

namespace seed {

// order (1, B), count (1, 1), active (1, B) of 1 and 0: row i is to become what row order[i] is;
// the first `count` are the active ones.
void active_first(HostView<Index> order, HostView<Index> count, HostView<const Index> active);

// to (B, N), from (B, N), order (1, B): row i of `to` becomes row order[i] of `from`. Throws Error
// where shapes do not fit, and for a row that is not there.
template <class T>
void move_rows(HostView<T> to, In<T> from, HostView<const Index> order);

}  // namespace seed
