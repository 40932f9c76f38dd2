// Two-dimensional arrays on the host. A view is a pointer and a shape and owns nothing; a matrix
// owns its memory. Both are row-major without gaps: element (i, j) is data[i * cols + j].
//
// A vector is a view with one row. The shape of a view is written behind the line that makes it:
// `// (N, C)` reads "N rows of C columns"; the letters are those of chapters/notation.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "core/memory.h"
#include "core/require.h"

namespace seed {

using Index = std::int64_t;

template <class T>
struct HostView {
    T* data = nullptr;
    Index rows = 0;
    Index cols = 0;

    HostView() = default;
    HostView(T* data_, Index rows_, Index cols_) : data(data_), rows(rows_), cols(cols_) {}
    // A view that may write is also one that only reads.
    template <class U>
        requires std::is_same_v<const U, T>
    HostView(const HostView<U>& other) : data(other.data), rows(other.rows), cols(other.cols) {}

    Index size() const { return rows * cols; }
    T& operator()(Index i, Index j) const { return data[i * cols + j]; }
    T* row(Index i) const { return data + i * cols; }
    HostView row_range(Index begin, Index count) const {
        return {data + begin * cols, count, cols};
    }
    std::span<T> span() const { return {data, std::size_t(size())}; }
};

// A parameter that takes no part in deducing T: `f(HostView<T> y, In<T> x)` takes T from y alone,
// so that a view that may write can be passed where one that only reads is asked for.
template <class T>
using In = std::type_identity_t<HostView<const T>>;
template <class T>
using Out = std::type_identity_t<HostView<T>>;

template <class T>
void require_shape(HostView<T> view, Index rows, Index cols, const char* name) {
    require(view.rows == rows && view.cols == cols, "{}: expected shape ({}, {}), got ({}, {})",
            name, rows, cols, view.rows, view.cols);
}

// Owning, zero-initialised, aligned to 64 bytes (a cache line, the widest vector register).
template <class T>
class HostMatrix {
public:
    HostMatrix() = default;
    HostMatrix(Index rows, Index cols)
        : data_(static_cast<T*>(::operator new(byte_count(rows, cols), alignment))),
          rows_(rows),
          cols_(cols) {
        std::memset(data_.get(), 0, byte_count(rows, cols));
    }

    HostView<T> view() const { return {data_.get(), rows_, cols_}; }
    Index size() const { return rows_ * cols_; }

private:
    static_assert(std::is_trivially_copyable_v<T>);
    static constexpr std::align_val_t alignment{64};
    struct Free {
        void operator()(T* p) const { ::operator delete(p, alignment); }
    };
    static std::size_t byte_count(Index rows, Index cols) {
        require(rows >= 0 && cols >= 0, "matrix: expected sizes >= 0, got ({}, {})", rows, cols);
        require_memory(rows, cols, sizeof(T));
        return std::size_t(rows) * std::size_t(cols) * sizeof(T);
    }

    std::unique_ptr<T, Free> data_;
    Index rows_ = 0;
    Index cols_ = 0;
};

template <class T>
void fill(HostView<T> y, std::type_identity_t<T> value) {
    for (T& element : y.span()) element = value;
}

template <class T>
void copy(HostView<T> y, In<T> x) {
    require_shape(x, y.rows, y.cols, "copy: x");
    if (y.size() > 0) std::memcpy(y.data, x.data, std::size_t(y.size()) * sizeof(T));
}

// The same data in a matrix of its own on the host.
template <class T>
HostMatrix<std::remove_const_t<T>> to_host(HostView<T> x) {
    HostMatrix<std::remove_const_t<T>> matrix(x.rows, x.cols);
    copy(matrix.view(), x);
    return matrix;
}

// Where data lives and what its numbers are. Classes that own arrays (the transformer, the
// trainer) are templates on the space; the functions they call are overloads, one per space.
template <class T>
struct Host {
    using Scalar = T;
    using View = HostView<T>;
    using ConstView = HostView<const T>;
    using Matrix = HostMatrix<T>;
};

// The number types for which templates are compiled. The program computes in float; the tests judge
// it by the same code in double, which is compiled only with them.
#ifdef SEED_DOUBLE
#define SEED_FOR_EACH_SCALAR(instantiate) instantiate(float) instantiate(double)
#else
#define SEED_FOR_EACH_SCALAR(instantiate) instantiate(float)
#endif

// Hands out views of one buffer. Run the same layout twice: first on a counting arena, whose views
// are null, then, after `allocate`, on the real one. No copy, no fragmentation, one allocation that
// is kept from batch to batch.
template <class Space>
class Arena {
public:
    typename Space::View take(Index rows, Index cols) {
        typename Space::View view{base_ ? base_ + used_ : nullptr, rows, cols};
        Index size = 0;
        const bool overflows = __builtin_mul_overflow(rows, cols, &size) ||
                               __builtin_add_overflow(used_, size, &used_) || used_ > most;
        require(!overflows, "arrays: expected fewer than 2^62 elements in all, got more");
        used_ = (used_ + 15) / 16 * 16;  // keep every view on a 64-byte boundary
        return view;
    }
    void start_counting() { base_ = nullptr, used_ = 0; }
    void allocate() {
        if (used_ > buffer_.size()) buffer_ = typename Space::Matrix(1, used_);
        base_ = buffer_.view().data, used_ = 0;
    }
    typename Space::View whole() const { return buffer_.view(); }  // (1, all, gaps included)

private:
    static constexpr Index most = Index{1} << 62;

    typename Space::Matrix buffer_;
    typename Space::Scalar* base_ = nullptr;
    Index used_ = 0;
};

}  // namespace seed
