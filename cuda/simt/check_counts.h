// How well a kernel uses memory, line by line: the numbers that a profiler would teach with.
//
//   device memory moves in sectors of 32 bytes. One load of a warp needs as many as its lanes'
//     addresses fall into: 4 when 32 lanes read 32 floats in a row, 32 when each reads its own row
//   shared memory has 32 banks, 4 bytes wide; a word lies in bank (address / 4) % 32. One load
//   takes
//     one pass, unless lanes want different words of one bank: then as many passes as words. Loads
//     of 8 and 16 bytes are split into 2 and 4 parts of the warp
//
// The emulator's lanes run one after the other; the k-th time that each lane of a warp comes to an
// access since the last barrier counts as one request of the warp. Atomics are not counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace simt {

struct AccessCount {
    std::string kernel;
    std::string place;  // "cuda/transformer/rms_norm.cu:42"
    bool shared = false;
    bool write = false;
    std::uint64_t requests = 0;  // by whole warps
    std::uint64_t moves = 0;     // sectors, or passes over the banks
    std::uint64_t least = 0;     // the moves that the same bytes would take at best
};

// Was this program built with the checker (SEED_CHECKER)? Only then can accesses be counted.
bool has_checker();

// Begins or ends counting; the counts so far are dropped. Throws seed::Error without the checker.
void count_accesses(bool on);

// By kernel, then by place.
std::vector<AccessCount> access_counts();

// The counts as a table, "" when there are none.
std::string access_count_table();

}  // namespace simt
