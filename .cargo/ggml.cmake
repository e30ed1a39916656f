# Run by CMake when it configures ggml, in the copy of its sources that the build script made.
#
# ggml multiplies 8-bit weights on the AMX unit of newer server CPUs, but only rows whose length is a multiple of 2048, a
# guess that its authors marked as such: the kernel works in blocks of 32 for these weights. Whisper base has rows of 512.
# Where the line is not found (another version), nothing is changed.
set(amx "${CMAKE_CURRENT_SOURCE_DIR}/src/ggml-cpu/amx/amx.cpp")
if(EXISTS "${amx}")
    file(READ "${amx}" text)
    string(REPLACE "ne[0] % (TILE_K * 2 * 32) == 0" "ne[0] % TILE_K == 0" patched "${text}")
    if(NOT patched STREQUAL text)
        file(WRITE "${amx}" "${patched}")
    endif()
endif()
