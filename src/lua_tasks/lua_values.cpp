#include "lua_tasks/lua_values.h"

#include <string_view>

namespace seed {
namespace {

bool equals_list(lua_State* L, int index, const Value::List& expected) {
    // Compare the items 1 ... n
    if (lua_type(L, index) != LUA_TTABLE) return false;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        lua_rawgeti(L, index, lua_Integer(i) + 1);
        const bool equal = equals_value(L, lua_gettop(L), expected[i]);
        lua_pop(L, 1);
        if (!equal) return false;
    }

    // Count the keys: with all items present, one more is one too many
    std::size_t keys = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (++keys > expected.size()) {
            lua_pop(L, 1);
            return false;
        }
    }
    return true;
}

std::string describe_table(lua_State* L, int index) {
    constexpr lua_Integer most_items = 8;
    std::string text;
    for (lua_Integer i = 1; i <= lua_Integer(lua_rawlen(L, index)); ++i) {
        if (i > 1) text += ", ";
        if (i > most_items) return "{" + text + "...}";
        const bool is_table = lua_rawgeti(L, index, i) == LUA_TTABLE;
        text += is_table ? "{...}" : describe_value(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    return "{" + text + "}";
}

}  // namespace

void push_value(lua_State* L, const Value& value) {
    luaL_checkstack(L, 2, "too deep a value");
    if (const auto* boolean = std::get_if<bool>(&value.data)) {
        lua_pushboolean(L, *boolean);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
        lua_pushinteger(L, *integer);
    } else if (const auto* number = std::get_if<double>(&value.data)) {
        lua_pushnumber(L, *number);
    } else if (const auto* text = std::get_if<std::string>(&value.data)) {
        lua_pushlstring(L, text->data(), text->size());
    } else if (const auto* list = std::get_if<Value::List>(&value.data)) {
        lua_createtable(L, int(list->size()), 0);
        for (std::size_t i = 0; i < list->size(); ++i) {
            push_value(L, (*list)[i]);
            lua_rawseti(L, -2, lua_Integer(i) + 1);
        }
    } else {
        lua_pushnil(L);
    }
}

bool equals_value(lua_State* L, int index, const Value& expected) {
    index = lua_absindex(L, index);
    const int type = lua_type(L, index);
    if (const auto* boolean = std::get_if<bool>(&expected.data)) {
        return type == LUA_TBOOLEAN && bool(lua_toboolean(L, index)) == *boolean;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&expected.data)) {
        int is_integral = 0;
        const lua_Integer got = lua_tointegerx(L, index, &is_integral);
        return type == LUA_TNUMBER && is_integral && got == *integer;
    }
    if (const auto* number = std::get_if<double>(&expected.data)) {
        return type == LUA_TNUMBER && lua_tonumber(L, index) == *number;
    }
    if (const auto* text = std::get_if<std::string>(&expected.data)) {
        if (type != LUA_TSTRING) return false;
        std::size_t size = 0;
        const char* got = lua_tolstring(L, index, &size);
        return std::string_view(got, size) == *text;
    }
    if (const auto* list = std::get_if<Value::List>(&expected.data)) {
        return lua_checkstack(L, 4) && equals_list(L, index, *list);
    }
    return type == LUA_TNIL;
}

std::string describe_value(lua_State* L, int index) {
    index = lua_absindex(L, index);
    std::size_t size = 0;
    switch (lua_type(L, index)) {
        case LUA_TNIL: return "nil";
        case LUA_TBOOLEAN: return lua_toboolean(L, index) ? "true" : "false";
        case LUA_TNUMBER:
            if (!lua_isinteger(L, index)) return lua_literal(Value(lua_tonumber(L, index)));
            return lua_literal(Value(std::int64_t{lua_tointeger(L, index)}));
        case LUA_TSTRING: {
            const char* text = lua_tolstring(L, index, &size);
            return lua_literal(std::string_view(text, size).substr(0, 60));
        }
        case LUA_TTABLE: return describe_table(L, index);
        default: return std::string("a ") + lua_typename(L, lua_type(L, index));
    }
}

}  // namespace seed
