// block_decoding/compaction.h on the device: where each text goes, and its rows of ids, positions,
// probabilities and keys. What stands on the device is not checked: flags are 1 or 0, `order` names
// rows that are there.
#pragma once

#include "core/device_array.h"

namespace seed {

// As on the host.
void active_first(DeviceView<Index> order, DeviceView<Index> count, DeviceView<const Index> active);

// For T int32, Index, double and uint64. `to` and `from` do not overlap.
template <class T>
void move_rows(DeviceView<T> to, DeviceView<const T> from, DeviceView<const Index> order);

// The ladder of the first. It uses the last.
//   one_thread     the host's two loops
//   by_prefix_sum  a thread per text, which reads its place from a prefix sum of the flags
//                  (tokenizer/prefix_sum_device.h)
void active_first_one_thread(DeviceView<Index> order, DeviceView<Index> count,
                             DeviceView<const Index> active);
void active_first_by_prefix_sum(DeviceView<Index> order, DeviceView<Index> count,
                                DeviceView<const Index> active);

// The ladder of the second, for ids. It uses the last, for all types.
//   thread_per_row      the host's loop over rows
//   thread_per_element  neighbouring threads move neighbouring numbers
void move_rows_thread_per_row(DeviceView<std::int32_t> to, DeviceView<const std::int32_t> from,
                              DeviceView<const Index> order);
void move_rows_thread_per_element(DeviceView<std::int32_t> to, DeviceView<const std::int32_t> from,
                                  DeviceView<const Index> order);

}  // namespace seed
