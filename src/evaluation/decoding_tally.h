// What becomes of decoded tasks: their verdicts, counted.
#pragma once

#include <map>

#include "evaluation/decoding_report.h"

namespace seed {

struct Decoded {
    std::vector<std::vector<std::int32_t>> completions;  // without eos
    std::vector<Index> calls;
    Index rewrites = 0;
};

// Sums over the tasks, and what failed.
class DecodingTally {
public:
    explicit DecodingTally(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    // Judges what was decoded for these tasks.
    void add(std::span<const Task> tasks, const Decoded& decoded);

    // Of all that were added, decoded in so many seconds.
    DecodingReport report(TaskFamily family, double seconds) const;

private:
    const Tokenizer& tokenizer_;
    Index tasks_ = 0;
    double calls_ = 0, tokens_ = 0, rewrites_ = 0;
    std::map<Verdict, Index> verdicts_;
    std::vector<Failure> failures_;
};

}  // namespace seed
