// How a run distils trajectories (trajectory_selection/), as its config.json keeps it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "trajectory_selection/constrained_batch.h"
#include "trajectory_selection/pool.h"
#include "trajectory_selection/selection.h"

namespace seed {

// What the fine-tuning is given.
//   selected    the best trajectories of each text
//   random      a control: those, with their positions assigned to the steps at random
//   unselected  a control: as many of each text's pool, drawn at random
//   none        a control: no trajectories, but more of the training before it
enum class Orders { selected, random, unselected, none };

Orders orders_from(std::string_view name);  // throws Error on an unknown name
std::string_view orders_name(Orders orders);

struct Distillation {
    std::string model;     // digest of the weights that it starts from
    Index first_step = 0;  // of the training texts, which the model has not seen
    Index texts = 1000;    // in the pool
    PoolOptions pool;
    SelectionOptions selection;
    ConstrainedLoss loss;
    Orders orders = Orders::selected;
    bool edit_term = true;  // keep stage 2's edit term beside eq. 9
};

// Throws Error for numbers that no distillation can have.
void check_distillation(const Distillation& distillation);

nlohmann::ordered_json distillation_json(const Distillation& distillation);
Distillation distillation_from(const nlohmann::json& json);  // throws Error

}  // namespace seed
