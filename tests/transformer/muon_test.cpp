// Muon: the orthogonalisation against a singular value decomposition, the update against its
// formula, and which parameters it is for.
#include "transformer/muon.h"

#include <Eigen/SVD>

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"
#include "tests/transformer/random_model.h"
#include "transformer/trainer.h"

using namespace seed;

namespace {

using Matrix = Eigen::MatrixXd;

Matrix matrix_of(HostView<const double> x) {
    return Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(x.data, x.rows, x.cols);
}

Matrix orthogonalized(const Matrix& x) {
    HostMatrix<double> copy(x.rows(), x.cols());
    Eigen::Map<Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(copy.view().data, x.rows(),
                                                               x.cols()) = x;
    orthogonalize<Host<double>>(copy.view());
    return matrix_of(copy.view());
}

double five_times(double s) {
    for (int step = 0; step < 5; ++step) {
        s = 3.4445 * s - 4.7750 * std::pow(s, 3) + 2.0315 * std::pow(s, 5);
    }
    return s;
}

// U f(S / |S|) Vᵀ, from a decomposition
Matrix expected(const Matrix& x) {
    const Eigen::JacobiSVD<Matrix> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::VectorXd s = svd.singularValues() / x.norm();
    for (double& value : s) value = five_times(value);
    return svd.matrixU() * s.asDiagonal() * svd.matrixV().transpose();
}

}  // namespace

TEST_CASE("orthogonalize keeps the singular vectors and moves the singular values") {
    const auto [rows, cols] =
        GENERATE(table<Index, Index>({{1, 1}, {1, 9}, {9, 1}, {7, 7}, {5, 12}, {12, 5}, {32, 33}}));
    const auto x = TestArray<double>::random(test_key("x"), rows, cols);
    const Matrix start = matrix_of(x.view());
    CHECK((orthogonalized(start) - expected(start)).norm() < 1e-9);
    // The size of a gradient says nothing
    CHECK((orthogonalized(1e-6 * start) - expected(start)).norm() < 1e-9);
}

TEST_CASE("singular values from 0.0016 of the norm on come near 1") {
    double least = 2, most = 0;
    for (int i = 16; i <= 10'000; ++i) {
        least = std::min(least, five_times(1e-4 * i)), most = std::max(most, five_times(1e-4 * i));
    }
    CHECK(least > 0.68);
    CHECK(most < 1.21);
    CHECK(five_times(0.0014) < 0.68);
}

TEST_CASE("a matrix of zeros stays one") {
    CHECK(orthogonalized(Matrix::Zero(3, 4)) == Matrix::Zero(3, 4));
}

TEST_CASE("muon_update follows its formula") {
    const auto [rows, cols] = GENERATE(table<Index, Index>({{4, 6}, {6, 4}, {5, 5}}));
    const auto p = TestArray<double>::random(test_key("p"), rows, cols);
    const auto m = TestArray<double>::random(test_key("m"), rows, cols);
    const auto g = TestArray<double>::random(test_key("gradient"), rows, cols, 3);
    const Matrix p0 = matrix_of(p.view()), m0 = matrix_of(m.view()), g0 = matrix_of(g.view());
    const double b = 0.8, lr = 0.03, decay = 0.5, scale = 0.25;
    muon_update<Host<double>>(p.view(), m.view(), g.view(), Muon{b}, lr, decay, scale);
    const Matrix m1 = b * m0 + (1 - b) * scale * g0;
    const Matrix step = expected(b * m1 + (1 - b) * scale * g0);
    const Matrix p1 =
        (1 - lr * decay) * p0 - lr * 0.2 * std::sqrt(double(std::max(rows, cols))) * step;
    CHECK((matrix_of(m.view()) - m1).norm() < 1e-12);
    CHECK((matrix_of(p.view()) - p1).norm() < 1e-9);
    CHECK(g.unchanged());
}

TEST_CASE("Muon is for the layers' matrices, AdamW for everything else") {
    const AdamW adamw;
    auto both = random_model<float>(small_config(), "model");
    auto alone = random_model<float>(small_config(), "model");
    const auto batch = random_training_batch(small_config(), 2, 8, AttentionMask::full(), "batch");
    Trainer<Host<float>>(both, {adamw, Muon{}}, 3).step(batch);
    Trainer<Host<float>>(alone, adamw, 3).step(batch);
    Index with_muon = 0;
    for (std::size_t i = 0; i < both.parameters().named().size(); ++i) {
        const auto& [name, view, decays] = both.parameters().named()[i];
        const bool expects_muon = name.find("proj.weight") != std::string::npos;
        INFO(name);
        CHECK(same_bits(view, alone.parameters().named()[i].view) == !expects_muon);
        with_muon += expects_muon;
    }
    CHECK(with_muon == 7 * small_config().layers);
}

TEST_CASE("decay, clipping and the schedule are Muon's too") {
    AdamW adamw;
    adamw.learning_rate = 0.01, adamw.warmup_fraction = 0.5, adamw.weight_decay = 2;
    adamw.clip_norm = 1e-3;
    auto model = random_model<double>(small_config(), "model");
    auto other = random_model<double>(small_config(), "model");
    const auto batch = random_training_batch(small_config(), 2, 8, AttentionMask::full(), "batch");
    Trainer<Host<double>> trainer(model, {adamw, Muon{0.5}}, 4);
    const StepReport report = trainer.step(batch);
    CHECK(report.learning_rate == 0.005);
    ParameterSet<Host<double>> gradient(small_config()), momentum(small_config());
    other.loss_and_gradient(gradient, batch);
    const auto& layer = other.parameters().layers.front();
    muon_update<Host<double>>(layer.up_weight, momentum.layers.front().up_weight,
                              gradient.layers.front().up_weight, Muon{0.5}, 0.005, 2,
                              1e-3 / report.gradient_norm);
    CHECK(same_bits(layer.up_weight, model.parameters().layers.front().up_weight));
}

TEST_CASE("the name of an optimiser") {
    CHECK(muon_from("muon"));
    CHECK(!muon_from("adamw"));
    CHECK(error_of([] { muon_from("sgd"); }) == "optimizer: expected adamw or muon, got sgd");
}

TEST_CASE("a linear combination of other shapes is refused") {
    HostMatrix<float> y(2, 3), x(2, 3), z(3, 2);
    CHECK(error_of([&] {
              linear_combination<float>(y.view(), 1, x.view(), 1, z.view());
          }).starts_with("linear_combination: z"));
    CHECK(error_of([&] {
              linear_combination<float>(y.view(), 1, z.view(), 1, x.view());
          }).starts_with("linear_combination: x"));
}
