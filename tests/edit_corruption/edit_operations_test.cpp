// Edit operations on a canvas: what they do to it, what they promise, what they refuse.
#include "edit_corruption/edit_operations.h"

#include <algorithm>
#include <map>

#include "edit_corruption/levenshtein.h"
#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;
using Ids = std::vector<std::int32_t>;

namespace {

constexpr std::int32_t mask = 3, eos = 7, pad = 0;
constexpr EditVocabulary vocabulary{20, mask, eos, pad};

bool is_special(std::int32_t token) { return token == mask || token == eos || token == pad; }

// `prompt` tokens, `length` ordinary tokens, and eos up to `positions`.
Ids random_canvas(Index prompt, Index length, Index positions, RandomKey key) {
    RandomStream random(key, 0);
    Ids ids(std::size_t(prompt), mask);  // whatever a prompt holds, it stays
    while (Index(ids.size()) < prompt + length) {
        const std::int32_t token = random.between(1, 19);
        if (!is_special(token)) ids.push_back(token);
    }
    ids.resize(std::size_t(positions), eos);
    return ids;
}

Ids content(const Ids& ids, Index prompt) {
    return {ids.begin() + prompt, ids.begin() + content_end(ids, prompt, vocabulary)};
}

}  // namespace

TEST_CASE("the token of a substitution is found where later operations have left it") {
    using enum EditKind;
    const auto positions = [](const std::vector<EditOperation>& operations) {
        return substituted_positions(operations, 1, 6);
    };
    using Positions = std::vector<Index>;
    CHECK(positions({}) == Positions{});
    CHECK(positions({{substitution, 2, 9}}) == Positions{2});
    CHECK(positions({{substitution, 2, 9}, {insertion, 2, 8}}) == Positions{3});
    CHECK(positions({{substitution, 2, 9}, {insertion, 3, 8}}) == Positions{2});
    CHECK(positions({{substitution, 2, 9}, {deletion, 1, -1}}) == Positions{1});
    CHECK(positions({{substitution, 2, 9}, {deletion, 2, -1}}) == Positions{});
    CHECK(positions({{substitution, 5, 9}, {insertion, 1, 8}}) == Positions{});  // over the end
    CHECK(positions({{substitution, 2, 9}, {substitution, 2, 8}}) == Positions{2});
    CHECK(positions({{insertion, 2, 9}, {substitution, 2, 8}}) == Positions{2});
    CHECK(positions({{insertion, 2, 9}, {deletion, 3, -1}}) == Positions{});
}

TEST_CASE("an insertion moves the rest right and drops the last slot") {
    Ids ids{1, 2, 4, 5, 6, eos};
    apply_edit(ids, 2, {EditKind::insertion, 3, 9}, eos);
    CHECK(ids == Ids{1, 2, 4, 9, 5, 6});
    apply_edit(ids, 2, {EditKind::insertion, 2, 8}, eos);
    CHECK(ids == Ids{1, 2, 8, 4, 9, 5});
    apply_edit(ids, 2, {EditKind::insertion, 5, 8}, eos);
    CHECK(ids == Ids{1, 2, 8, 4, 9, 8});
}

TEST_CASE("a deletion moves the rest left and lets an eos in, a substitution moves nothing") {
    Ids ids{1, 2, 4, 5, 6};
    apply_edit(ids, 2, {EditKind::deletion, 2, EditOperation::no_token}, eos);
    CHECK(ids == Ids{1, 2, 5, 6, eos});
    apply_edit(ids, 2, {EditKind::substitution, 3, 9}, eos);
    CHECK(ids == Ids{1, 2, 5, 9, eos});
    apply_edit(ids, 2, {EditKind::deletion, 4, EditOperation::no_token}, eos);
    CHECK(ids == Ids{1, 2, 5, 9, eos});
}

TEST_CASE("the listed operations turn x0 into the edited canvas and leave the prompt alone") {
    for (std::uint64_t trial = 0; trial < 500; ++trial) {
        const RandomKey key = test_key("edits").fork(trial);
        const Index prompt = Index(trial % 5), length = Index(trial % 23);
        const Ids x0 = random_canvas(prompt, length, 32, key.fork("canvas"));
        const EditedTokens edited = edit_tokens(x0, prompt, Index(trial % 7), vocabulary, key);
        CHECK(Index(edited.operations.size()) == (length == 0 ? 0 : Index(trial % 7)));
        Ids replayed = x0;
        for (const EditOperation& operation : edited.operations) {
            const bool deletes = operation.kind == EditKind::deletion;
            CHECK((operation.token == EditOperation::no_token) == deletes);
            CHECK(!is_special(operation.token));
            if (operation.kind == EditKind::substitution) {
                CHECK(replayed[operation.position] != operation.token);
            }
            // Only what belongs to the content is edited, or what comes directly behind it
            const Index end = content_end(replayed, prompt, vocabulary);
            CHECK(operation.position < end + (operation.kind == EditKind::insertion));
            apply_edit(replayed, prompt, operation, eos);
        }
        CHECK(replayed == edited.ids);
        CHECK(std::equal(x0.begin(), x0.begin() + prompt, edited.ids.begin()));
    }
}

TEST_CASE("after k edits the Levenshtein distance is at most k, and often k") {
    int reached = 0;
    for (std::uint64_t trial = 0; trial < 1000; ++trial) {
        const RandomKey key = test_key("distance").fork(trial);
        const Index k = Index(trial % 9);
        const Ids x0 = random_canvas(3, 20, 40, key.fork("canvas"));
        const EditedTokens edited = edit_tokens(x0, 3, k, vocabulary, key);
        const Index distance = levenshtein_wagner_fischer(content(x0, 3), content(edited.ids, 3));
        CHECK(distance <= k);
        CHECK(edited.dropped == 0);
        reached += distance == k;
    }
    CHECK(reached > 500);
}

TEST_CASE("how many edits there are says nothing about their kinds") {
    // Twenty tokens, so that more than ten edits come of an alpha above 1/2
    const Ids canvas = random_canvas(2, 20, 60, test_key("canvas"));
    std::map<EditKind, int> first;
    int many = 0;
    for (std::uint64_t k = 0; k < 400; ++k) {
        const EditedTokens edited =
            edit_tokens_up_to(canvas, 2, 1, vocabulary, test_key("many").fork(k));
        if (edited.operations.size() <= 10) continue;
        ++many;
        ++first[edited.operations.front().kind];
    }
    CHECK(many > 100);
    REQUIRE(first.size() == 3);
    for (const auto& [kind, times] : first) CHECK(times > many / 6);
}

TEST_CASE("on a full canvas an insertion drops the last token, which is counted") {
    bool has_dropped = false, has_shrunk = false;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        const RandomKey key = test_key("full").fork(trial);
        const Ids x0 = random_canvas(2, 10, 12, key.fork("canvas"));
        const EditedTokens edited = edit_tokens(x0, 2, 3, vocabulary, key);
        CHECK(edited.ids.size() == 12);
        const Index distance = levenshtein_wagner_fischer(content(x0, 2), content(edited.ids, 2));
        CHECK(distance <= 3 + edited.dropped);
        has_dropped = has_dropped || edited.dropped > 0;
        has_shrunk = has_shrunk || content(edited.ids, 2).size() < 10;
    }
    CHECK(has_dropped);
    CHECK(has_shrunk);
}

TEST_CASE("a program of which nothing is left is inserted into") {
    bool has_been_empty = false;
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        const RandomKey key = test_key("short").fork(trial);
        const EditedTokens edited = edit_tokens(Ids{4, 5, eos}, 0, 6, vocabulary, key);
        Ids ids{4, 5, eos};
        for (const EditOperation& operation : edited.operations) {
            const bool empty = content_end(ids, 0, vocabulary) == 0;
            has_been_empty = has_been_empty || empty;
            if (empty) CHECK(operation.kind == EditKind::insertion);
            apply_edit(ids, 0, operation, eos);
        }
    }
    CHECK(has_been_empty);
}

TEST_CASE("an empty program, and one of special tokens only, stays as it is") {
    for (const Ids& x0 : {Ids{4, 5, eos, eos}, Ids{4, 5, pad, pad}, Ids{4, 5, mask, mask},
                          Ids{4, 5, mask, eos}, Ids{4, 5, eos, 6}, Ids{4, 5}}) {
        CHECK(ordinary_length(x0, 2, vocabulary) == 0);
        const EditedTokens edited = edit_tokens(x0, 2, 5, vocabulary, test_key("special"));
        CHECK(edited.ids == x0);
        CHECK(edited.operations.empty());
        CHECK(edit_tokens_up_to(x0, 2, 1, vocabulary, test_key("special")).ids == x0);
    }
}

TEST_CASE("masks within a program move with it but do not count as its length") {
    const Ids x0{1, 4, mask, 5, mask, eos, 6};
    CHECK(ordinary_length(x0, 1, vocabulary) == 2);
    CHECK(content_end(x0, 1, vocabulary) == 5);
    CHECK(content_end(x0, 6, vocabulary) == 7);
}

TEST_CASE("bad input to edit corruption is an error of one line") {
    const Ids x0{1, 4, 5, eos};
    const auto message = [&](const Ids& ids, Index prompt, Index count, EditVocabulary v) {
        return error_of([&] { edit_tokens(ids, prompt, count, v, test_key("bad")); });
    };
    CHECK(message(x0, 1, 1, vocabulary).empty());
    CHECK(message(x0, 5, 1, vocabulary) ==
          "edit corruption: expected a prompt within the canvas of 4 tokens, got 5");
    CHECK(message(x0, -1, 1, vocabulary) ==
          "edit corruption: expected a prompt within the canvas of 4 tokens, got -1");
    CHECK(message(x0, 1, -1, vocabulary) ==
          "edit corruption: expected a number of edits >= 0, got -1");
    CHECK(message({1, 20}, 1, 1, vocabulary) ==
          "edit corruption: expected tokens in [0, 20), got 20");
    CHECK(message(x0, 1, 1, {8, 3, 8, 0}) ==
          "edit corruption: expected special tokens in [0, 8), got 8");
    CHECK(message({1, 3}, 1, 1, {4, 0, 1, 2}) ==
          "edit corruption: expected at least two ordinary tokens, got 1 of 4");
    CHECK(message({2, 1}, 0, 1, {3, 0, 0, 0}).empty());
    for (const double alpha : {-0.01, 1.01, std::nan("")}) {
        const std::string value = fmt::format("{}", alpha);
        CHECK(error_of([&] { edit_count(10, alpha); }) ==
              "edit corruption: expected alpha in [0, 1], got " + value);
        CHECK(error_of([&] { edit_tokens_up_to(x0, 1, alpha, vocabulary, {}); }) ==
              "edit corruption: expected a largest alpha in [0, 1], got " + value);
    }
    Ids ids = x0;
    CHECK(error_of([&] {
              apply_edit(ids, 2, {EditKind::deletion, 1, -1}, eos);
          }) == "edit operation: expected a position in [2, 4), got 1");
    CHECK(error_of([&] {
              apply_edit(ids, 2, {EditKind::insertion, 4, 5}, eos);
          }) == "edit operation: expected a position in [2, 4), got 4");
}
