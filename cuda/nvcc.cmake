# The `cuda` backend: nvcc, the CUDA runtime and cuBLAS.
find_program(CMAKE_CUDA_COMPILER nvcc HINTS ENV CUDACXX PATHS /usr/local/cuda/bin REQUIRED)
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    include(${CMAKE_CURRENT_LIST_DIR}/nvcc_architectures.cmake)
    # No such program, or one that knows no such question: no GPU is seen
    execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
        OUTPUT_VARIABLE seen RESULT_VARIABLE failed ERROR_QUIET)
    if(failed)
        set(seen)
    endif()
    execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-arch OUTPUT_VARIABLE known)
    seed_cuda_architectures(CMAKE_CUDA_ARCHITECTURES "${seen}" "${known}")
endif()
enable_language(CUDA)
if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12.0)
    message(FATAL_ERROR
        "nvcc: expected 12.0 or later, for C++20, got ${CMAKE_CUDA_COMPILER_VERSION}")
endif()
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25.1 does not know it
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
find_package(CUDAToolkit REQUIRED)
message(STATUS "CUDA architectures: ${CMAKE_CUDA_ARCHITECTURES}")
