#include "tests/simt/wrong_kernels_emulated.h"

#include <fmt/format.h>

#include <fstream>

#include "simt/check_counts.h"
#include "simt/simt.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

// "tests/simt/FILE:LINE" of the line that ends with `mark`.
std::string place_of(const std::string& file, const std::string& mark) {
    std::ifstream source(std::string(SEED_SOURCE_DIR "/tests/simt/") + file);
    std::string line;
    for (int number = 1; std::getline(source, line); ++number) {
        if (line.ends_with(mark)) return fmt::format("tests/simt/{}:{}", file, number);
    }
    return "no line is marked " + mark;
}

std::string with_places(std::string part, const std::string& file, const std::string& kernel) {
    for (const char mark : {'A', 'B'}) {
        const std::string key = {'@', mark};
        for (std::size_t at; (at = part.find(key)) != part.npos;) {
            part.replace(at, 2, place_of(file, fmt::format("// {}: {}", mark, kernel)));
        }
    }
    return part;
}

std::string message_of(const WrongKernel& wrong) {
    float* x = nullptr;
    SIMT_CHECK_CALL(cudaMalloc(&x, 64 * sizeof(float)));
    SIMT_CHECK_CALL(cudaMemset(x, 0, 64 * sizeof(float)));
    const std::string message = error_of([&] { wrong.launch(x); });
    SIMT_CHECK_CALL(cudaFree(x));
    return message;
}

void check_messages(const std::vector<WrongKernel>& all, const std::string& file) {
    for (const WrongKernel& wrong : all) {
        const std::string message = message_of(wrong);
        INFO(wrong.name << " says: " << message);
        CHECK(message.starts_with("tests/simt/" + file + ":"));
        for (const std::string& part : wrong.message) {
            const std::string expected = with_places(part, file, wrong.name);
            INFO("expected: " << expected);
            CHECK(message.find(expected) != message.npos);
        }
    }
}

}  // namespace

TEST_CASE("wrong synchronisation, wrong masks and wrong launches are named, in every order") {
    for (std::uint32_t seed : {0u, 1u, 2u, 3u}) {
        INFO("schedule seed " << seed);
        simt::set_schedule_seed(seed);
        check_messages(wrong_synchronisation(), "wrong_kernels_emulated.cu");
    }
    simt::set_schedule_seed(0);
}

TEST_CASE("the checker names accesses outside of memory and reads of what was never written") {
    if (!simt::has_checker()) return;
    check_messages(wrong_accesses(), "wrong_accesses_emulated.cu");
}

TEST_CASE("the checker names both sides of a race, in every order") {
    if (!simt::has_checker()) return;
    for (std::uint32_t seed : {0u, 1u, 2u, 3u}) {
        INFO("schedule seed " << seed);
        simt::set_schedule_seed(seed);
        check_messages(wrong_order(), "wrong_order_emulated.cu");
    }
    simt::set_schedule_seed(0);
}

TEST_CASE("after an error the next launch works") {
    const std::vector<WrongKernel> wrong = wrong_synchronisation();
    const std::string first = message_of(wrong.front());
    CHECK(first != "");
    CHECK(message_of(wrong.front()).substr(0, 40) == first.substr(0, 40));
}
