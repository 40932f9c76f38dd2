#include "simt/check_sites.h"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <unordered_map>

namespace simt {
namespace {

struct Site {
    const char* code = nullptr;  // null where the place is known
    Location where;
};

std::vector<Site> all_sites;
std::unordered_map<const void*, std::uint32_t> by_code;
std::unordered_map<std::string, std::uint32_t> by_place;

// A few thousand places are asked for again and again
struct Recent {
    const void* code = nullptr;
    std::uint32_t site = 0;
};
std::array<Recent, 4096> recent;

std::uint32_t add_site(const Site& site) {
    all_sites.push_back(site);
    return std::uint32_t(all_sites.size() - 1);
}

// The file that holds this code, and the code's address as that file counts it.
struct CodeInFile {
    std::string file;
    std::uintptr_t address = 0;
};

std::string own_program() {
    std::array<char, 4096> path{};
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    return {path.data(), std::size_t(std::max<ssize_t>(length, 0))};
}

CodeInFile find_in_file(const char* code) {
    Dl_info info{};
    if (dladdr(code, &info) == 0) return {};
    const auto* header = static_cast<const Elf64_Ehdr*>(info.dli_fbase);
    const bool fixed = header->e_type == ET_EXEC;  // else it may be loaded anywhere
    const char* base = fixed ? nullptr : static_cast<const char*>(info.dli_fbase);
    // The program's own name is how it was called, which need not be where it lies
    const bool program = getauxval(AT_PHDR) / 4096 == std::uintptr_t(info.dli_fbase) / 4096;
    // The call itself lies before the address to which it returns
    return {program ? own_program() : info.dli_fname,
            std::uintptr_t(code) - std::uintptr_t(base) - 1};
}

// What `command` prints.
std::string output_of(const std::string& command) {
    std::string output;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 4096> part;
    while (pipe && std::fgets(part.data(), int(part.size()), pipe.get())) output += part.data();
    return output;
}

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

// Of the lines that addr2line prints for one address, from the innermost inlined function outwards,
// the first one outside the emulator's own headers.
std::string choose_line(const std::string& lines) {
    std::string chosen;
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', begin), lines.size());
        std::string line = lines.substr(begin, end - begin);
        begin = end + 1;
        line = line.substr(0, line.find(" (discriminator"));
        if (line.empty() || line.starts_with("??") || line.ends_with(":?")) continue;
        chosen = project_path(line.c_str());
        if (!chosen.starts_with("cuda/simt/")) break;
    }
    return chosen;
}

// Asks addr2line for all sites of one file at once: -a begins each answer with "0x" and the
// address.
void look_up(const std::string& file, const std::vector<std::size_t>& places,
             const std::vector<std::uintptr_t>& addresses, std::vector<std::string>& out) {
    std::string command = "addr2line -a -i -e " + quoted(file);
    for (std::size_t place : places) command += fmt::format(" 0x{:x}", addresses[place]);
    const std::string text = output_of(command + " 2>/dev/null");
    std::size_t at = text.starts_with("0x") ? 0 : text.npos;
    for (std::size_t i = 0; i < places.size() && at != text.npos; ++i) {
        const std::size_t first_line = text.find('\n', at);
        if (first_line == text.npos) break;
        const std::size_t next = text.find("\n0x", first_line);
        const std::string line = choose_line(text.substr(first_line + 1, next - first_line));
        if (!line.empty()) out[places[i]] = line;
        at = next == text.npos ? next : next + 1;
    }
}

}  // namespace

std::uint32_t site_of_code(const void* code) {
    Recent& entry = recent[std::uintptr_t(code) / 2 % recent.size()];
    if (entry.code == code) return entry.site;
    const auto [found, is_new] = by_code.try_emplace(code, 0);
    if (is_new) found->second = add_site({static_cast<const char*>(code), {}});
    entry = {code, found->second};
    return found->second;
}

std::uint32_t site_of(const Location& where) {
    const auto [found, is_new] = by_place.try_emplace(to_string(where), 0);
    if (is_new) found->second = add_site({nullptr, where});
    return found->second;
}

std::vector<std::string> describe_sites(const std::vector<std::uint32_t>& sites) {
    std::vector<std::string> out(sites.size());
    std::vector<std::uintptr_t> addresses(sites.size());
    std::unordered_map<std::string, std::vector<std::size_t>> by_file;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const Site& site = all_sites[sites[i]];
        if (site.code == nullptr) {
            out[i] = to_string(site.where);
            continue;
        }
        const CodeInFile code = find_in_file(site.code);
        addresses[i] = code.address;
        out[i] = fmt::format("code at 0x{:x}", code.address);
        if (!code.file.empty()) by_file[code.file].push_back(i);
    }
    for (const auto& [file, places] : by_file) look_up(file, places, addresses, out);
    return out;
}

std::string describe_site(std::uint32_t site) { return describe_sites({site}).front(); }

}  // namespace simt
