#include "evaluation/decoding_report.h"

#include <nlohmann/json.hpp>

namespace seed {

nlohmann::ordered_json to_json(const DecodingReport& r) {
    nlohmann::ordered_json json{{"family", family_name(r.family)},
                                {"tasks", r.tasks},
                                {"pass_at_1", r.pass_at_1},
                                {"calls_per_sample", r.calls_per_sample},
                                {"tokens_per_call", r.tokens_per_call},
                                {"tokens_per_second", r.tokens_per_second},
                                {"rewrites_per_sample", r.rewrites_per_sample}};
    json["verdicts"] = nlohmann::ordered_json::object();
    for (const auto& [name, count] : r.verdicts) json["verdicts"][name] = count;
    return json;
}

}  // namespace seed
