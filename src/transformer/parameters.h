// The parameters of a transformer: one flat buffer, and named views into it.
//
// Gradients and AdamW's two moments have the same layout, so they are ParameterSets too. Names and
// shapes are those of public Qwen2 checkpoints; a linear weight is (out, in).
#pragma once

#include <string>
#include <vector>

#include "core/philox.h"
#include "transformer/config.h"

namespace seed {

template <class View>
struct LayerParameters {
    View attention_gain;                    // (1, C)
    View q_weight, k_weight, v_weight;      // (H * D, C), (K * D, C), (K * D, C)
    View q_bias, k_bias, v_bias;            // (1, H * D), (1, K * D), (1, K * D), if qkv_bias
    View o_weight;                          // (C, H * D)
    View mlp_gain;                          // (1, C)
    View gate_weight, up_weight;            // (F, C)
    View down_weight;                       // (C, F)
};

template <class View>
struct NamedView {
    std::string name;
    View view;
    bool decays;  // weight matrices do, gains and biases do not
};

template <class Space>
class ParameterSet {
public:
    using View = typename Space::View;

    explicit ParameterSet(const ModelConfig& config);  // all zero
    static ParameterSet shapes_only(const ModelConfig& config);  // views of nothing: no memory
    ParameterSet(ParameterSet&&) = default;
    ParameterSet& operator=(ParameterSet&&) = default;

    View embedding;                             // (V, C)
    std::vector<LayerParameters<View>> layers;  // L
    View final_gain;                            // (1, C)
    View head;                                  // (V, C); the embedding itself if tied

    const std::vector<NamedView<View>>& named() const { return named_; }
    View flat() const { return arena_.whole(); }  // (1, all of them, with gaps of zeros)
    Index count() const;                          // number of parameters

private:
    ParameterSet() = default;
    void lay_out(const ModelConfig& config);
    void lay_out_layer(const ModelConfig& config, const std::string& prefix);
    View add(std::string name, Index rows, Index cols);

    Arena<Space> arena_;
    std::vector<NamedView<View>> named_;
};

// Fills parameters that are all zero. Gains 1, biases 0; matrices normal with standard deviation
// 1 / sqrt(in), but those that write into the residual stream stay 0 and the embedding has 0.3: at
// first the stream carries the tokens and nothing else. (With an embedding of 0.02 and small random
// branches the stream starts as noise, and the same loss takes several times as many steps.)
// Same key, same bits.
template <class T>
void initialize(ParameterSet<Host<T>>& parameters, RandomKey key);

}  // namespace seed
