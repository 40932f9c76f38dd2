// Device arrays under test: between guard bands, filled with poison or with known numbers, and read
// back afterwards.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "core/device_array.h"
#include "tests/support/compare.h"

namespace seed {

enum class ArrayRole {
    input,   // the kernel reads it and must leave it as it is
    output,  // starts as poison, every element must be written
    updated  // starts from known numbers, which the kernel adds to or rewrites
};

// Guarded memory shows what is written beside an array; shifted, the array begins one element off a
// boundary of 256 bytes besides, as a view into another array may. Exact memory ends where the
// array ends and holds nothing before a kernel writes it: a checker sees every step over its edge.
enum class ArrayMemory { guarded, shifted, exact };

// What the report needs of an array, whatever its type.
class ArrayUnderTest {
public:
    ArrayUnderTest(std::string name_, ArrayRole role_) : name(std::move(name_)), role(role_) {}
    virtual ~ArrayUnderTest() = default;
    // A line for every guard that was overwritten and for an input that was.
    virtual std::string damage() const = 0;
    virtual std::vector<std::byte> bytes() const = 0;  // as it is on the device now

    const std::string name;
    const ArrayRole role;
    bool compared = false;  // with an oracle
};

template <class T>
class GuardedArray : public ArrayUnderTest {
public:
    static constexpr Index guard = 64;

    GuardedArray(std::string name, ArrayRole role, ArrayMemory memory, HostMatrix<T> start)
        : ArrayUnderTest(std::move(name), role),
          front_(memory == ArrayMemory::exact ? 0 : guard + (memory == ArrayMemory::shifted)),
          back_(memory == ArrayMemory::exact ? 0 : guard),
          start_(std::move(start)),
          all_(front_ + start_.size() + back_) {
        HostMatrix<T> all(1, all_.size());
        poison(all.view());
        const HostView<const T> from = start_.view();
        std::copy_n(from.data, from.size(), all.view().data + front_);
        // Without guards an output stays as it was allocated: not initialised
        if (front_ > 0 || role != ArrayRole::output) all_.upload(all.view().span());
    }

    DeviceView<T> view() const {
        return {all_.data() + front_, start_.view().rows, start_.view().cols};
    }
    HostView<const T> start() const { return start_.view(); }
    HostMatrix<T> values() const {
        HostMatrix<T> values(view().rows, view().cols);
        copy_from_device(values.view().data, view().data, view().bytes());
        return values;
    }
    std::vector<std::byte> bytes() const override {
        std::vector<std::byte> bytes(view().bytes());
        copy_from_device(bytes.data(), view().data, bytes.size());
        return bytes;
    }

    std::string damage() const override {
        const std::vector<T> all = all_.download();
        std::string lines;
        for (Index i = 0; i < front_ + back_; ++i) {
            const Index at = i < front_ ? i : i + start_.size();
            if (is_poison(all[std::size_t(at)])) continue;
            lines += fmt::format("\n  {}: written outside, at element {} of {}; build/checker tells"
                                 " where",
                                 name, at - front_, start_.size());
            break;
        }
        const T* values = all.data() + front_;
        for (Index i = 0; i < start_.size() && role == ArrayRole::input; ++i) {
            const T before = start_.view().data[i];
            if (std::memcmp(values + i, &before, sizeof(T)) == 0) continue;
            lines += fmt::format("\n  {}: an input was changed, [{},{}] from {} to {}", name,
                                 i / view().cols, i % view().cols, before, values[i]);
            break;
        }
        return lines;
    }

private:
    Index front_, back_;  // guards
    HostMatrix<T> start_;
    DeviceBuffer<T> all_;
};

// A handle on one of them, for the cases. (i, j) is the number before the kernel ran, in double.
template <class T>
class KernelArray {
public:
    explicit KernelArray(std::shared_ptr<GuardedArray<T>> array) : array_(std::move(array)) {}

    DeviceView<T> view() const { return array_->view(); }
    Index rows() const { return view().rows; }
    Index cols() const { return view().cols; }
    double operator()(Index i, Index j) const { return double(array_->start()(i, j)); }
    HostView<const T> start() const { return array_->start(); }
    GuardedArray<T>& guarded() const { return *array_; }

private:
    std::shared_ptr<GuardedArray<T>> array_;
};

}  // namespace seed
