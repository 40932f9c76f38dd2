# The `cuda` backend: nvcc, the CUDA runtime and cuBLAS.
#
# The architectures are those of the GPUs most readers have; where a GPU is seen, only its own.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    execute_process(COMMAND nvidia-smi -L
        OUTPUT_VARIABLE devices RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed AND devices MATCHES "^GPU ")
        set(CMAKE_CUDA_ARCHITECTURES native)
    else()
        set(CMAKE_CUDA_ARCHITECTURES 75 80 90 120)
    endif()
endif()
find_program(CMAKE_CUDA_COMPILER nvcc HINTS ENV CUDACXX PATHS /usr/local/cuda/bin REQUIRED)
enable_language(CUDA)
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25.1 does not know it
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
find_package(CUDAToolkit REQUIRED)
message(STATUS "CUDA architectures: ${CMAKE_CUDA_ARCHITECTURES}")
