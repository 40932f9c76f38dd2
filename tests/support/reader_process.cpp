#include "tests/support/reader_process.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/require.h"
#include "simt/check_sites.h"

namespace seed {
namespace {

unsigned seconds_between = 0;  // 0: not the new process

// Both processes see it: an address in the reader's kernel, where a thread was when time was over
std::atomic<const void*>* found_code = nullptr;
const void* library = nullptr;  // where it begins

const void* library_of(const void* code) {
    Dl_info info{};
    return dladdr(code, &info) == 0 ? nullptr : info.dli_fbase;
}

// Every thread looks at its own calls, from the innermost outwards, for one of the library.
void look_around(int) {
    void* calls[64];
    const int count = ::backtrace(calls, 64);
    for (int i = 0; i < count; ++i) {
        if (library_of(calls[i]) != library) continue;
        const void* nobody = nullptr;
        found_code->compare_exchange_strong(nobody, calls[i]);
        return;
    }
}

// This process is lost, so what is not safe in a signal handler does no further harm.
void time_is_over(int) {
    const pid_t self = pid_t(::syscall(SYS_gettid));
    look_around(0);
    std::error_code ignored;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
        const pid_t id = pid_t(std::atoi(thread.path().filename().c_str()));
        if (id != self) ::syscall(SYS_tgkill, ::getpid(), id, SIGUSR2);
    }
    ::usleep(200'000);
    ::signal(SIGALRM, SIG_DFL);
    ::raise(SIGALRM);
}

// What others write to descriptor 2 goes to `aside`. The C library does so before it aborts a
// program with a damaged heap.
void put_aside_what_others_say(std::FILE* aside) {
    std::FILE* own = ::fdopen(::dup(STDERR_FILENO), "w");
    require(own != nullptr && ::dup2(::fileno(aside), STDERR_FILENO) >= 0,
            "cannot redirect the standard error: {}", std::strerror(errno));
    std::setvbuf(own, nullptr, _IONBF, 0);
    stderr = own;
}

void show(std::FILE* aside) {
    std::rewind(aside);
    for (int c = std::fgetc(aside); c != EOF; c = std::fgetc(aside)) std::fputc(c, stderr);
}

}  // namespace

std::string exit_of(int status) {
    return WIFSIGNALED(status)
               ? fmt::format("signal {}, {}", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
               : fmt::format("status {}", WEXITSTATUS(status));
}

void restart_clock() {
    if (seconds_between > 0) ::alarm(seconds_between);
}

void expect_a_watch() {
    if (found_code == nullptr) {
        void* shared = ::mmap(nullptr, sizeof *found_code, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        require(shared != MAP_FAILED, "not enough memory");
        found_code = new (shared) std::atomic<const void*>(nullptr);
    }
    found_code->store(nullptr);
}

void start_watch(unsigned seconds) {
    void* calls[1];
    ::backtrace(calls, 1);  // loads what it needs: a handler should not
    struct sigaction action {};
    action.sa_handler = time_is_over;
    action.sa_flags = SA_NODEFER;
    ::sigaction(SIGALRM, &action, nullptr);
    action.sa_handler = look_around;
    ::sigaction(SIGUSR2, &action, nullptr);
    seconds_between = seconds;
    restart_clock();
}

void watch_library(const void* code) { library = library_of(code); }

std::string where_time_ended() {
#ifdef SIMT_NATIVE
    return "";
#else
    const void* at = found_code->load();
    if (at == nullptr) return "";
    const std::string site = simt::describe_site(simt::site_of_code(at));
    return site.starts_with("code at") ? "" : ", in " + site;  // an address says nothing
#endif
}

void continue_in_child(unsigned seconds, const void* code) {
    std::FILE* aside = std::tmpfile();
    require(aside != nullptr, "cannot make a temporary file: {}", std::strerror(errno));
    expect_a_watch();
    watch_library(code);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    require(child >= 0, "cannot start a process: {}", std::strerror(errno));
    if (child == 0) {
        put_aside_what_others_say(aside);
        return start_watch(seconds);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        require(errno == EINTR, "cannot wait for the kernel: {}", std::strerror(errno));
    }
    if (WIFEXITED(status)) {
        show(aside);  // a sanitizer's report
        std::_Exit(WEXITSTATUS(status));
    }
    require(WTERMSIG(status) != SIGALRM, "--file: the kernel took more than {} s for a shape{}",
            seconds, where_time_ended());
    fail("--file: the kernel crashed ({}); build/checker tells where", exit_of(status));
}

}  // namespace seed
