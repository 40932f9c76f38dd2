// Two-dimensional arrays on the device: core/array.h on the other side of the bus. A view is a
// device pointer and a shape and owns nothing; a matrix owns its memory.
//
// The host never looks through a device pointer: a view has no operator(). What a kernel needs is
// view.data, view.rows and view.cols.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/array.h"
#include "core/device_memory.h"

namespace seed {

template <class T>
struct DeviceView {
    T* data = nullptr;
    Index rows = 0;
    Index cols = 0;

    DeviceView() = default;
    DeviceView(T* data_, Index rows_, Index cols_) : data(data_), rows(rows_), cols(cols_) {}
    // A view that may write is also one that only reads.
    template <class U>
    requires std::is_same_v<const U, T> DeviceView(const DeviceView<U>& other)
        : data(other.data), rows(other.rows), cols(other.cols) {}

    Index size() const { return rows * cols; }
    std::size_t bytes() const { return std::size_t(size()) * sizeof(T); }
    DeviceView row_range(Index begin, Index count) const {
        return {data + begin * cols, count, cols};
    }
};

template <class T>
void require_shape(DeviceView<T> view, Index rows, Index cols, const char* name) {
    require_shape(HostView<T>{nullptr, view.rows, view.cols}, rows, cols, name);
}

struct FreeOnDevice {
    void operator()(void* memory) const noexcept { free_on_device(memory); }
};

// Owning, zero-initialised, aligned to 256 bytes.
template <class T>
class DeviceMatrix {
public:
    DeviceMatrix() = default;
    DeviceMatrix(Index rows, Index cols) : rows_(rows), cols_(cols) {
        require(rows >= 0 && cols >= 0, "matrix: expected sizes >= 0, got ({}, {})", rows, cols);
        Index size = 0;
        const bool overflows = __builtin_mul_overflow(rows, cols, &size) ||
                               __builtin_mul_overflow(size, Index(sizeof(T)), &size);
        require(!overflows, "matrix: expected fewer than 2^63 bytes, got ({}, {})", rows, cols);
        data_.reset(static_cast<T*>(allocate_on_device(view().bytes())));
        zero_on_device(data_.get(), view().bytes());
    }

    DeviceView<T> view() const { return {data_.get(), rows_, cols_}; }
    Index size() const { return rows_ * cols_; }

private:
    static_assert(std::is_trivially_copyable_v<T>);
    std::unique_ptr<T, FreeOnDevice> data_;
    Index rows_ = 0;
    Index cols_ = 0;
};

// A list on the device: token ids, targets, rows. `DeviceBuffer<T>(size)` is not initialised, for
// what a kernel is to fill.
template <class T>
class DeviceBuffer {
public:
    explicit DeviceBuffer(Index size) : size_(size) {
        require(size >= 0, "device buffer: expected a size >= 0, got {}", size);
        data_.reset(static_cast<T*>(allocate_on_device(bytes())));
    }
    explicit DeviceBuffer(std::span<const T> values) : DeviceBuffer(Index(values.size())) {
        upload(values);
    }

    T* data() const { return data_.get(); }
    Index size() const { return size_; }
    void upload(std::span<const T> values) {
        require(Index(values.size()) == size_, "device buffer: expected {} values, got {}", size_,
                values.size());
        copy_to_device(data_.get(), values.data(), bytes());
    }
    std::vector<T> download() const {
        std::vector<T> values(static_cast<std::size_t>(size_));
        copy_from_device(values.data(), data_.get(), bytes());
        return values;
    }

private:
    static_assert(std::is_trivially_copyable_v<T>);
    std::size_t bytes() const { return std::size_t(size_) * sizeof(T); }

    std::unique_ptr<T, FreeOnDevice> data_;
    Index size_ = 0;
};

// The space of everything that runs on the device. The kernels work in float.
struct Device {
    using Scalar = float;
    using View = DeviceView<float>;
    using ConstView = DeviceView<const float>;
    using Matrix = DeviceMatrix<float>;
};

// Every element of y becomes `value`.
void fill(DeviceView<float> y, float value);
void fill_thread_per_element(DeviceView<float> y, float value);

// Copies between the sides and on the device; the shapes must be equal.
void copy(DeviceView<float> y, HostView<const float> x);
void copy(HostView<float> y, DeviceView<const float> x);
void copy(DeviceView<float> y, DeviceView<const float> x);
void copy_thread_per_element(DeviceView<float> y, DeviceView<const float> x);

// The same data in a matrix of its own on the host.
HostMatrix<float> to_host(DeviceView<const float> x);

}  // namespace seed
