#include "edit_corruption/self_correction.h"

namespace seed {

// [self_correction.count]
SelfCorrection count_corrections(const std::vector<CorrectedText>& texts,
                                 const std::vector<bool>& passed_before,
                                 const std::vector<bool>& passed_after) {
    require(passed_before.size() == texts.size() && passed_after.size() == texts.size(),
            "self-correction: expected {} verdicts before and after, got {} and {}", texts.size(),
            passed_before.size(), passed_after.size());
    SelfCorrection sum;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        ++sum.texts;
        sum.passed_before += passed_before[i];
        sum.passed_after += passed_after[i];
        sum.mended += !passed_before[i] && passed_after[i];
        sum.spoilt += passed_before[i] && !passed_after[i];
        sum.calls_before += texts[i].calls_before;
        sum.calls_after += texts[i].calls_after;
        sum.rewrites += texts[i].rewrites;
    }
    return sum;
}
// [/self_correction.count]

SelfCorrection& SelfCorrection::operator+=(const SelfCorrection& other) {
    for (Index SelfCorrection::*count :
         {&SelfCorrection::texts, &SelfCorrection::passed_before, &SelfCorrection::passed_after,
          &SelfCorrection::mended, &SelfCorrection::spoilt, &SelfCorrection::calls_before,
          &SelfCorrection::calls_after, &SelfCorrection::rewrites}) {
        this->*count += other.*count;
    }
    return *this;
}

}  // namespace seed
