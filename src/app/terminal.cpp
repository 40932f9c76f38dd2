#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace seed {

Terminal terminal_of(std::FILE* out) {
    Terminal terminal;
    terminal.is_terminal = isatty(fileno(out)) == 1;
    terminal.has_colour = terminal.is_terminal && std::getenv("NO_COLOR") == nullptr;
    winsize size{};
    const bool known = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    if (known) terminal.width = size.ws_col;
    return terminal;
}

}  // namespace seed
