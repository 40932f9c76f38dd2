# cuda/nvcc_architectures.cmake, with GPUs and compilers that are not here.
cmake_minimum_required(VERSION 3.22)
include(${CMAKE_CURRENT_LIST_DIR}/../../cuda/nvcc_architectures.cmake)

function(expect wanted seen known)
    seed_cuda_architectures(got "${seen}" "${known}")
    if(NOT got STREQUAL wanted)
        message(SEND_ERROR "GPUs '${seen}', nvcc '${known}': expected '${wanted}', got '${got}'")
    endif()
endfunction()

set(nvcc_12_0 "compute_50\ncompute_75\ncompute_80\ncompute_86\ncompute_89\ncompute_90\n")
set(nvcc_13_0 "compute_75\ncompute_80\ncompute_89\ncompute_90\ncompute_100\ncompute_120\n")
expect("75;80;90;120" "" "${nvcc_13_0}")         # no GPU
expect("75;80;90" "" "${nvcc_12_0}")             # and an nvcc before 12.8
expect("89" "8.9\n8.9\n" "${nvcc_13_0}")         # two alike
expect("80;90" "8.0\n9.0\n" "${nvcc_12_0}")      # two kinds
expect("90" "12.0\n9.0\n" "${nvcc_12_0}")        # one of them newer than nvcc
expect("75;80;90" "12.0\n" "${nvcc_12_0}")       # all of them: by PTX
expect("75;80;90;120" "5.0\n" "${nvcc_13_0}")    # one that nvcc no longer knows
