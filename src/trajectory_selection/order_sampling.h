// Which positions does a step reveal? An order is drawn by confidence with Gumbel noise.
//
// The model's confidence at a masked position is the probability c of its most probable token. With
// g = -log(-log u), u uniform, the noisy confidence
//
//   c~ = c exp(tau g)
//
// goes into chapter 3's reveal rules in the place of c. By the Gumbel-max trick the position with
// the greatest c~ is drawn with probability c^(1/tau) / sum c^(1/tau), and the n greatest are a
// sample without replacement (Kool, van Hoof, Welling, 2019, arXiv 1903.06059). tau = 0 is the
// model's own order; the greater tau, the more all orders are alike.
#pragma once

#include "mask_corruption/denoise.h"

namespace seed {

// How one trajectory's order is drawn.
struct OrderRule {
    RevealRule rule = RevealRule::count;  // or threshold
    Index steps = 16;                     // count: n, at most the number of masked positions
    double threshold = 0.9;               // threshold, of c~
    double temperature = 0;               // tau, in [0, 10]
    // b: only the first block of b positions that has a mask is open, as if all other positions had
    // the confidence 0; 0: the whole canvas
    Index block = 0;
};

// Throws Error for a rule that cannot be drawn by.
void check_order_rule(const OrderRule& rule);

// noisy[m] = c exp(tau g), u = uniform_double(keys[m], rows[m], 0). All in double.
// confidence (M, 1); temperatures, keys and rows have M numbers. tau = 0 takes no number; where tau
// is below 0, noisy is 0.
void add_gumbel_noise(HostView<double> noisy, HostView<const double> confidence,
                      std::span<const double> temperatures, std::span<const RandomKey> keys,
                      std::span<const std::uint64_t> rows);

// log_p[m] = log p(targets[m]) and confidence[m] = max_v p(v) of every row of logits (M, V), in
// double. Throws Error where a target lies outside the vocabulary.
void target_log_p(HostView<double> log_p, HostView<double> confidence, HostView<const float> logits,
                  std::span<const std::int32_t> targets);
void target_log_p(HostView<double> log_p, HostView<double> confidence,
                  HostView<const double> logits, std::span<const std::int32_t> targets);

// One trajectory in a step of several.
struct OrderedText {
    std::span<const Index> masked;         // positions, ascending
    std::span<const std::int32_t> tokens;  // of x0 there
    Index step = 0;
    OrderRule rule;
    RandomKey key;  // the trajectory's own
};

// What a step makes of a masked position.
struct Ordered {
    double log_p = 0;       // of x0's token, given the state before the step
    double confidence = 0;  // c
    bool revealed = false;
};

// A whole step: logits (M, V) holds a row for each masked position, text by text; the result is in
// the same order. At least one position of every text is revealed. Throws Error for a rule that
// cannot be drawn by, and where tokens and masked positions, or they and the rows, do not fit.
std::vector<Ordered> order_step(HostView<const float> logits, std::span<const OrderedText> texts);
std::vector<Ordered> order_step(HostView<const double> logits, std::span<const OrderedText> texts);

// The numbers of a step's noise, one for each row of logits.
struct OrderNoise {
    std::vector<double> temperatures;  // -1 where a position is not open: its c~ is 0
    std::vector<RandomKey> keys;
    std::vector<std::uint64_t> rows;
    std::vector<std::int32_t> targets;
};
OrderNoise order_noise(std::span<const OrderedText> texts);

}  // namespace seed
