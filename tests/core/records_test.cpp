#include "core/records.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/error_of.h"
#include "tests/support/temporary_folder.h"

using namespace seed;
using nlohmann::json;

namespace {

void append_steps(RunRecord& record, int first, int last) {
    for (int step = first; step <= last; ++step) {
        record.append({{"step", step}, {"loss", 1.0 / step}});
    }
}

}  // namespace

TEST_CASE("a record holds one JSON object per line, on the disk at once") {
    const TemporaryFolder folder;
    RunRecord record(folder / "run.jsonl");
    record.append({{"step", 0}, {"note", "a\nb"}});
    CHECK(read_file(folder / "run.jsonl") == "{\"note\":\"a\\nb\",\"step\":0}\n");
    record.append({{"step", 1}, {"loss", std::nan("")}, {"text", "\xff"}});
    CHECK(read_file(folder / "run.jsonl") ==
          "{\"note\":\"a\\nb\",\"step\":0}\n{\"loss\":null,\"step\":1,\"text\":\"\uFFFD\"}\n");
}

TEST_CASE("the record of a resumed run equals that of an uninterrupted one") {
    const TemporaryFolder folder;
    RunRecord whole(folder / "whole");
    append_steps(whole, 1, 20);

    {
        RunRecord killed(folder / "killed");
        append_steps(killed, 1, 13);
    }
    OutputFile(folder / "killed", OutputFile::Mode::append).write("{\"step\":14,\"lo");
    RunRecord resumed(folder / "killed", 10);
    append_steps(resumed, 11, 20);
    CHECK(read_file(folder / "killed") == read_file(folder / "whole"));
}

TEST_CASE("a torn last line is dropped even if its step was reached") {
    const TemporaryFolder folder;
    write_file_atomically(folder / "a", "{\"step\":1}\n{\"step\":2}");
    RunRecord(folder / "a", 5).append({{"step", 3}});
    CHECK(read_file(folder / "a") == "{\"step\":1}\n{\"step\":3}\n");
}

TEST_CASE("a run that starts again starts its record again") {
    const TemporaryFolder folder;
    {
        RunRecord first(folder / "a");
        append_steps(first, 0, 3);
    }
    RunRecord second(folder / "a");
    CHECK(read_file(folder / "a") == "");
    append_steps(second, 1, 1);
    CHECK(read_file(folder / "a") == "{\"loss\":1.0,\"step\":1}\n");
}

TEST_CASE("a file that is no record is refused and left as it is") {
    const TemporaryFolder folder;
    const std::string lines[] = {"hello\n", "[1]\n", "{\"step\":\"1\"}\n", "{}\n", "\n"};
    for (const std::string& line : lines) {
        const std::string text = "{\"step\":1}\n" + line + "{\"step\":2}\n";
        write_file_atomically(folder / "a", text);
        const std::string error = error_of([&] { RunRecord(folder / "a", 1); });
        CHECK_THAT(error, Catch::Matchers::Contains("expected line 2 of"));
        CHECK(error.find('\n') == error.npos);
        CHECK(read_file(folder / "a") == text);
    }
}

TEST_CASE("a record without a step or on a full disk is an error") {
    const TemporaryFolder folder;
    RunRecord record(folder / "a");
    CHECK(error_of([&] {
              record.append({{"loss", 1}});
          }) == "expected a record with an integer \"step\", got none");
    CHECK_THROWS_AS(record.append({{"step", 1.5}}), Error);
    CHECK(read_file(folder / "a") == "");
    CHECK(error_of([] {
              RunRecord("/dev/full").append({{"step", 1}});
          }) == "cannot write '/dev/full': No space left on device");
}
