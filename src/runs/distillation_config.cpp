#include "runs/distillation_config.h"

#include <algorithm>
#include <array>

#include "core/json.h"

namespace seed {
namespace {

constexpr std::array<std::string_view, 4> names{"selected", "random", "unselected", "none"};

}  // namespace

Orders orders_from(std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    require(found != names.end(), "orders: expected {}, got {}", fmt::join(names, ", "), name);
    return Orders(found - names.begin());
}

std::string_view orders_name(Orders orders) { return names[std::size_t(orders)]; }

void check_distillation(const Distillation& d) {
    require(d.first_step >= 0, "first_step: expected a step >= 0, got {}", d.first_step);
    require(d.texts >= 1 && d.texts <= 1'000'000, "--texts: expected 1 ... 1,000,000, got {}",
            d.texts);
    check_pool_options(d.pool);
    require(d.selection.keep >= 1 && d.selection.keep <= d.pool.members,
            "--keep: expected 1 ... {}, the trajectories of a text, got {}", d.pool.members,
            d.selection.keep);
    require(d.selection.max_nats >= 0 && d.selection.max_nats < 1e6,
            "--max-nats: expected 0 ... 10^6 nats per token, got {}", d.selection.max_nats);
    require(d.loss.edited >= 0 && d.loss.edited <= 1, "--edited-states: expected 0 ... 1, got {}",
            d.loss.edited);
    require(d.loss.max_alpha >= 0 && d.loss.max_alpha <= 1,
            "--state-alpha: expected 0 ... 1, got {}", d.loss.max_alpha);
}

nlohmann::ordered_json distillation_json(const Distillation& d) {
    return {{"model", d.model},
            {"first_step", d.first_step},
            {"texts", d.texts},
            {"members", d.pool.members},
            {"temperatures", d.pool.temperatures},
            {"order_steps", d.pool.steps},
            {"thresholds", d.pool.thresholds},
            {"blocks", d.pool.blocks},
            {"keep", d.selection.keep},
            {"max_nats", d.selection.max_nats},
            {"lambda", state_weight_name(d.loss.weight)},
            {"edited_states", d.loss.edited},
            {"state_alpha", d.loss.max_alpha},
            {"orders", orders_name(d.orders)},
            {"edit_term", d.edit_term}};
}

namespace {

template <class T>
void read_list(const nlohmann::json& json, const char* key, std::vector<T>& values) {
    const auto found = json.find(key);
    require(found != json.end() && found->is_array(), "{}: expected a list, got none", key);
    values.clear();
    for (const auto& value : *found) {
        if (!holds<T>(value)) fail("{}: expected {}, got {}", key, kind_of<T>(), shown(value));
        values.push_back(value.get<T>());
    }
}

}  // namespace

Distillation distillation_from(const nlohmann::json& json) {
    Distillation d;
    std::string weight, orders;
    read_member(json, "model", d.model);
    read_member(json, "first_step", d.first_step);
    read_member(json, "texts", d.texts);
    read_member(json, "members", d.pool.members);
    read_list(json, "temperatures", d.pool.temperatures);
    read_list(json, "order_steps", d.pool.steps);
    read_list(json, "thresholds", d.pool.thresholds);
    read_list(json, "blocks", d.pool.blocks);
    read_member(json, "keep", d.selection.keep);
    read_member(json, "max_nats", d.selection.max_nats);
    read_member(json, "lambda", weight);
    d.loss.weight = state_weight_from(weight);
    read_member(json, "edited_states", d.loss.edited);
    read_member(json, "state_alpha", d.loss.max_alpha);
    read_member(json, "orders", orders);
    d.orders = orders_from(orders);
    read_member(json, "edit_term", d.edit_term);
    check_distillation(d);
    return d;
}

}  // namespace seed
