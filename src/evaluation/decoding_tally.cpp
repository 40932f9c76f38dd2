#include "evaluation/decoding_tally.h"

namespace seed {

void DecodingTally::add(std::span<const Task> tasks, const Decoded& decoded) {
    const std::vector<Judgement> judgements =
        judge_completions(tasks, tokenizer_, decoded.completions);
    tasks_ += Index(tasks.size());
    rewrites_ += double(decoded.rewrites);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        calls_ += double(decoded.calls[i]);
        tokens_ += double(decoded.completions[i].size()) + 1;
        ++verdicts_[judgements[i].verdict];
        if (judgements[i].verdict == Verdict::passed) continue;
        failures_.push_back({tasks[i].prompt + tasks[i].original,
                             tokenizer_.decode(decoded.completions[i]),
                             verdict_text(judgements[i], tasks[i])});
    }
}

DecodingReport DecodingTally::report(TaskFamily family, double seconds) const {
    const double count = double(tasks_);
    const auto passed = verdicts_.find(Verdict::passed);
    DecodingReport report;
    report.family = family;
    report.tasks = tasks_;
    report.pass_at_1 = passed == verdicts_.end() ? 0 : double(passed->second) / count;
    report.calls_per_sample = calls_ / count;
    report.tokens_per_call = tokens_ / calls_;
    report.tokens_per_second = tokens_ / seconds;
    report.rewrites_per_sample = rewrites_ / count;
    for (const auto& [verdict, n] : verdicts_) {
        report.verdicts.emplace_back(verdict_name(verdict), n);
    }
    report.failures = failures_;
    return report;
}

}  // namespace seed
