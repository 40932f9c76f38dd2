# The verification of kernels, for the tests and for `seed verify`: the engine in tests/support, and
# per stem the cases of tests/X/*_cases.cpp. A case registers itself when the program starts, so its
# object file must be linked although nobody calls it: hence object libraries.
file(GLOB engine_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/support/kernel_*.cpp)
list(FILTER engine_sources EXCLUDE REGEX "_test[.]cpp$")
list(APPEND engine_sources ${CMAKE_CURRENT_LIST_DIR}/support/reader_process.cpp
    ${CMAKE_CURRENT_LIST_DIR}/support/sandbox.cpp)
if(SEED_CHECKER)
    set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/support/sandbox.cpp PROPERTIES
        COMPILE_DEFINITIONS SIMT_CHECKER SKIP_PRECOMPILE_HEADERS ON)
endif()
add_library(seed_kernel_engine STATIC ${engine_sources})
target_link_libraries(seed_kernel_engine PUBLIC seed_cuda_core)
target_include_directories(seed_kernel_engine PUBLIC ${PROJECT_SOURCE_DIR})
target_precompile_headers(seed_kernel_engine PRIVATE ${CMAKE_CURRENT_LIST_DIR}/support/kernel_case.h)

set(SEED_KERNEL_CASES)
foreach(stem core first_steps tokenizer transformer mask_corruption edit_corruption trajectory_selection
        step_reduction block_decoding)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${stem}/*_cases.cpp)
    if(sources)
        add_library(seed_cases_${stem} OBJECT ${sources})
        target_link_libraries(seed_cases_${stem} PUBLIC seed_kernel_engine seed_cuda_${stem})
        target_precompile_headers(seed_cases_${stem} REUSE_FROM seed_kernel_engine)
        # Most of a case runs once, and a reference has time
        target_compile_options(seed_cases_${stem} PRIVATE $<$<CONFIG:Release>:-O1>)
        list(APPEND SEED_KERNEL_CASES seed_cases_${stem})
    endif()
endforeach()
