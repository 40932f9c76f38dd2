// A view as an Eigen expression. Only the CPU reference includes this header.
#pragma once

#include <Eigen/Core>

#include "core/array.h"

namespace seed {

template <class T>
using EigenMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using EigenMap = Eigen::Map<std::conditional_t<std::is_const_v<T>,
                                               const EigenMatrix<std::remove_const_t<T>>,
                                               EigenMatrix<T>>>;

template <class T>
EigenMap<T> eigen(HostView<T> view) {
    return EigenMap<T>(view.data, view.rows, view.cols);
}

}  // namespace seed
