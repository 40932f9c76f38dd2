// What reading and writing of files have in common.
#pragma once

#include <unistd.h>

#include <filesystem>

#include "core/require.h"
#include "core/text.h"

namespace seed {

// Throws Error. `reason` is an errno; it is an argument because a clean-up on the way here may
// change errno.
[[noreturn]] void fail_to(const char* verb, const std::filesystem::path& path, int reason);

// Closes a descriptor that was only read from.
struct InputDescriptor {
    int value;
    ~InputDescriptor() {
        if (value >= 0) ::close(value);
    }
};

}  // namespace seed
