#include "tests/support/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "simt/check_hooks.h"
#include "tests/support/reader_process.h"

namespace seed {
namespace {

constexpr char returned = 'R', threw = 'E';
constexpr std::size_t most_output = 4000;
constexpr rlim_t largest_file = 1 << 20;

SandboxLimits limits;
std::string output;
std::function<AnyFunction()> load_student;

// ---- in the new process

std::size_t own_pages() {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages;
    return pages;
}

void limit(int what, rlim_t most) {
    const rlimit both{most, most};
    ::setrlimit(__rlimit_resource(what), &both);
}

void enter_sandbox(int channel, int said) {
    ::setpgid(0, 0);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(said, STDOUT_FILENO);
    ::dup2(said, STDERR_FILENO);
    const int last = int(::sysconf(_SC_OPEN_MAX));
    for (int open = STDERR_FILENO + 1; open < std::min(last, 4096); ++open) {
        if (open != channel) ::close(open);
    }
    limit(RLIMIT_AS, own_pages() * std::size_t(::sysconf(_SC_PAGESIZE)) + limits.bytes);
    limit(RLIMIT_FSIZE, largest_file);
    limit(RLIMIT_CORE, 0);
    start_watch(limits.seconds);
    simt::watch_host_access();
}

void send(int channel, char kind, const std::string& bytes) {
    const std::string all = kind + bytes;
    for (std::size_t sent = 0; sent < all.size();) {
        const ssize_t count = ::write(channel, all.data() + sent, all.size() - sent);
        if (count < 0 && errno != EINTR) return;
        if (count > 0) sent += std::size_t(count);
    }
}

[[noreturn]] void work_and_exit(const std::function<std::string()>& work, int channel) {
    try {
        const std::string result = work();
        const std::string fault = simt::host_access();
        require(fault.empty(), "{}", fault);
        std::fflush(nullptr);
        send(channel, returned, result);
    } catch (const std::bad_alloc&) {
        send(channel, threw,
             fmt::format("more than {} MiB of memory were asked for", limits.bytes >> 20));
    } catch (const std::exception& error) {
        std::fflush(nullptr);
        send(channel, threw, error.what());
    }
    ::_exit(0);
}

// ---- in the old one

// Ends all processes that the new one has started, and itself.
void end_all(pid_t child) { ::kill(-child, SIGKILL), ::kill(child, SIGKILL); }

// Reads until the new process has ended, and no longer: others may hold the channel open.
std::string read_all(int channel, pid_t child, int& status) {
    using Clock = std::chrono::steady_clock;
    const auto patience = Clock::now() + std::chrono::seconds(limits.seconds + 5);
    ::fcntl(channel, F_SETFL, O_NONBLOCK);
    std::string bytes;
    char some[1 << 16];
    for (bool ended = false;;) {
        const ssize_t count = ::read(channel, some, sizeof some);
        if (count > 0) {
            bytes.append(some, std::size_t(count));
            continue;
        }
        if (ended) return bytes;
        const pid_t found = ::waitpid(child, &status, WNOHANG);
        require(found >= 0 || errno == EINTR, "cannot wait for a process: {}",
                std::strerror(errno));
        ended = found == child;
        if (ended) {
            end_all(child);
        } else if (Clock::now() > patience) {
            end_all(child);  // its alarm was switched off
            ::waitpid(child, &status, 0);
            status = SIGALRM;
            return "";
        } else {
            pollfd one{channel, POLLIN, 0};
            ::poll(&one, 1, 20);
            if (one.revents & (POLLHUP | POLLERR)) ::usleep(500);
        }
    }
}

void keep_output(std::FILE* said) {
    std::rewind(said);
    char some[most_output];
    const std::size_t count = std::fread(some, 1, sizeof some, said);
    output.append(some, std::min(count, most_output - std::min(most_output, output.size())));
    std::fclose(said);
}

}  // namespace

void set_sandbox_limits(const SandboxLimits& new_limits) { limits = new_limits; }

std::string in_sandbox(const std::function<std::string()>& work) {
    int ends[2];
    std::FILE* said = std::tmpfile();
    require(said != nullptr && ::pipe(ends) == 0, "cannot start a process: {}",
            std::strerror(errno));
    ::prctl(PR_SET_DUMPABLE, 0);  // no other process of this user may look into this one
    expect_a_watch();
    std::fflush(nullptr);
    const pid_t child = ::fork();
    require(child >= 0, "cannot start a process: {}", std::strerror(errno));
    if (child == 0) {
        enter_sandbox(ends[1], ::fileno(said));
        work_and_exit(work, ends[1]);
    }
    ::setpgid(child, child);
    ::close(ends[1]);
    int status = 0;
    const std::string bytes = read_all(ends[0], child, status);
    ::close(ends[0]);
    keep_output(said);
    simt::check_written_elsewhere();
    if (WIFSIGNALED(status)) {
        require(WTERMSIG(status) != SIGALRM, "took more than {} s{}", limits.seconds,
                where_time_ended());
        fail("crashed ({})", exit_of(status));
    }
    require(!bytes.empty(), "ended the program ({}) instead of returning", exit_of(status));
    require(bytes[0] != threw, "{}", bytes.substr(1));
    require(bytes[0] == returned, "returned nothing that could be read");
    return bytes.substr(1);
}

std::string take_sandbox_output() { return std::exchange(output, {}); }

void set_student(std::function<AnyFunction()> load) { load_student = std::move(load); }

AnyFunction student_function() {
    require(load_student != nullptr, "no student's function was set");
    const AnyFunction function = load_student();
    watch_library(reinterpret_cast<const void*>(function));
    return function;
}

}  // namespace seed
