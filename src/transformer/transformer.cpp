#include "transformer/activations_impl.h"

namespace seed {

void check_batch(const TokenBatch& batch) {
    require(batch.batch >= 1 && batch.positions >= 1 &&
                Index(batch.ids.size()) == batch.batch * batch.positions,
            "batch: expected {} x {} tokens, got {}", batch.batch, batch.positions,
            batch.ids.size());
    require(batch.lengths.empty() || Index(batch.lengths.size()) == batch.batch,
            "batch: expected {} lengths or none, got {}", batch.batch, batch.lengths.size());
}

}  // namespace seed
