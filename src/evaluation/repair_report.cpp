#include "evaluation/repair_report.h"

#include <nlohmann/json.hpp>

namespace seed {

nlohmann::ordered_json to_json(const RepairReport& r) {
    const auto rates = [](const RepairScore& score) {
        return nlohmann::ordered_json{{"restore_rate", score.restore_rate()},
                                      {"false_edit_rate", score.false_edit_rate()},
                                      {"exact_rate", score.exact_rate()}};
    };
    nlohmann::ordered_json json{
        {"texts", r.clean.texts},  {"tau_edit", r.tau_edit},        {"passes", r.passes},
        {"clean", rates(r.clean)}, {"one_edit", rates(r.one_edit)}, {"tenth", rates(r.tenth)}};
    json["clean"].erase("restore_rate");  // there was nothing to restore
    return json;
}

}  // namespace seed
