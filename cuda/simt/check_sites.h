// Places in the source, by small numbers: a shadow cell has no room for more.
//
// An instrumented access is known by the address of the code after it. Where that lies in the
// source is looked up, only when it is to be printed, by `addr2line` (binutils) in the debugging
// information of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simt/location.h"

namespace simt {

// The site of the code before return address `code`.
std::uint32_t site_of_code(const void* code);

// The site of an access that knows its place: an atomic.
std::uint32_t site_of(const Location& where);

// "cuda/transformer/rms_norm.cu:42" for each; where nothing is known, the code's address.
std::vector<std::string> describe_sites(const std::vector<std::uint32_t>& sites);
std::string describe_site(std::uint32_t site);

}  // namespace simt
