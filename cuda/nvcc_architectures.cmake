# Which GPUs the `cuda` backend compiles for: no versions of CMake, drivers or nvcc are assumed.
#
# seed_cuda_architectures(RESULT SEEN KNOWN)
#   SEEN   what `nvidia-smi --query-gpu=compute_cap --format=csv,noheader` says: "8.9", a line per
#          GPU; empty where none is seen
#   KNOWN  what `nvcc --list-gpu-arch` says: "compute_75", a line for each
# RESULT becomes those of the GPUs that are seen, or else those of the GPUs most readers have, as
# far as nvcc knows them. (CMake's `native` would need 3.24, and 120 needs nvcc 12.8.) Each is
# compiled with PTX, which a driver can translate for a GPU newer than this nvcc.
function(seed_cuda_architectures result seen known)
    string(REGEX MATCHALL "[0-9]+[.][0-9]+" own "${seen}")
    list(TRANSFORM own REPLACE "[.]" "")
    list(REMOVE_DUPLICATES own)
    string(REGEX MATCHALL "compute_[0-9]+" known "${known}")
    foreach(wanted "${own}" "75;80;90;120")
        set(chosen)
        foreach(architecture ${wanted})
            if("compute_${architecture}" IN_LIST known)
                list(APPEND chosen ${architecture})
            endif()
        endforeach()
        if(chosen)
            set(${result} ${chosen} PARENT_SCOPE)
            return()
        endif()
    endforeach()
    message(FATAL_ERROR "nvcc: expected one that knows compute_75 or later, got one with: ${known}")
endfunction()
