// The message of the Error that an action throws; "" if it throws none.
#pragma once

#include <string>

#include "core/require.h"

namespace seed {

template <class Action>
std::string error_of(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace seed
