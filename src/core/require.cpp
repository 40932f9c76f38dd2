#include "core/require.h"

namespace seed {

void fail_with(fmt::string_view message, fmt::format_args arguments) {
    throw Error(fmt::vformat(message, arguments));
}

}  // namespace seed
