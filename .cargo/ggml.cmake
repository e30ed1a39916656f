# Run by CMake when it configures ggml, in the copy of its sources that the build script made. Where a passage to be replaced
# is not found (another version), nothing is changed.
#
# 1. ggml multiplies 8-bit weights on the AMX unit of newer server CPUs, but only rows whose length is a multiple of 2048, a
# guess that its authors marked as such: the kernel works in blocks of 32 for these weights. Whisper base has rows of 512.
set(amx "${CMAKE_CURRENT_SOURCE_DIR}/src/ggml-cpu/amx/amx.cpp")
if(EXISTS "${amx}")
    file(READ "${amx}" text)
    string(REPLACE "ne[0] % (TILE_K * 2 * 32) == 0" "ne[0] % TILE_K == 0" patched "${text}")
    if(NOT patched STREQUAL text)
        file(WRITE "${amx}" "${patched}")
    endif()
endif()

# 2. Attention in the encoder, head by head: the scores of one head fit the processor's cache, those of all do not and are
# 20 MB a thread. The numbers are the same. Apple's GPU would rather have all heads at once.
# 3. Where there is AMX, in bfloat16 on that unit (attention_amx.inc).
set(whisper "${CMAKE_CURRENT_SOURCE_DIR}/../src/whisper.cpp")
set(sgemm "${CMAKE_CURRENT_SOURCE_DIR}/src/ggml-cpu/llamafile/sgemm.cpp")
set(function "bool llamafile_sgemm(const struct ggml_compute_params * params, int64_t m")
set(choice [==[    case GGML_TYPE_BF16: {
#if defined(__AVX512BF16__)
]==])
set(heads_together [==[
                                ggml_reshape_3d(ctx0, Kcur, n_state_head, n_head, n_ctx),
                                wctx.itype),
                            0, 2, 1, 3);

                // K * Q
                struct ggml_tensor * KQ = ggml_mul_mat(ctx0, K, Q);

                struct ggml_tensor * KQ_soft_max = ggml_soft_max_ext(ctx0, KQ, nullptr, KQscale, 0.0f);

                struct ggml_tensor * V =
                    ggml_cast(ctx0,
                            ggml_permute(ctx0,
                                ggml_reshape_3d(ctx0,
                                    Vcur,
                                    n_state_head, n_head, n_ctx),
                                1, 2, 0, 3),
                            wctx.itype);

                struct ggml_tensor * KQV = ggml_mul_mat(ctx0, V, KQ_soft_max);

                struct ggml_tensor * KQV_merged = ggml_permute(ctx0, KQV, 0, 2, 1, 3);

                cur = ggml_cont_2d(ctx0, KQV_merged, n_state, n_ctx);
]==])
set(heads_apart [==[
                                ggml_reshape_3d(ctx0, Kcur, n_state_head, n_head, n_ctx),
                                evenkeel_attention_type(wctx.itype)),
                            0, 2, 1, 3);

                struct ggml_tensor * V =
                    ggml_cast(ctx0,
                            ggml_permute(ctx0,
                                ggml_reshape_3d(ctx0,
                                    Vcur,
                                    n_state_head, n_head, n_ctx),
                                1, 2, 0, 3),
                            evenkeel_attention_type(wctx.itype));

                std::vector<struct ggml_tensor *> heads;
                for (int h = 0; h < n_head; ++h) {
                    const auto head = [&](struct ggml_tensor * t) {
                        return ggml_view_2d(ctx0, t, t->ne[0], t->ne[1], t->nb[1], h*t->nb[2]);
                    };
                    struct ggml_tensor * KQ = ggml_mul_mat(ctx0, head(K), head(Q));
                    struct ggml_tensor * KQ_soft_max = ggml_soft_max_ext(ctx0, KQ, nullptr, KQscale, 0.0f);
                    heads.push_back(ggml_mul_mat(ctx0, head(V), KQ_soft_max));
                }
                while (heads.size() > 1) {
                    std::vector<struct ggml_tensor *> joined;
                    for (size_t h = 0; h + 1 < heads.size(); h += 2) {
                        joined.push_back(ggml_concat(ctx0, heads[h], heads[h + 1], 0));
                    }
                    if (heads.size() % 2 == 1) {
                        joined.push_back(heads.back());
                    }
                    heads = joined;
                }
                cur = heads[0];
]==])
if(NOT APPLE AND EXISTS "${whisper}" AND EXISTS "${sgemm}")
    file(READ "${sgemm}" text)
    file(READ "${CMAKE_CURRENT_LIST_DIR}/attention_amx.inc" kernel)
    string(FIND "${text}" "${function}" at_function)
    string(FIND "${text}" "${choice}" at_choice)
    string(FIND "${text}" "evenkeel" done)
    if(done EQUAL -1 AND NOT at_function EQUAL -1 AND NOT at_choice EQUAL -1)
        string(REPLACE "${function}" "${kernel}\n${function}" text "${text}")
        string(REPLACE "${choice}" [==[    case GGML_TYPE_BF16: {
#if defined(EVENKEEL_AMX_BF16)
        if (Btype == GGML_TYPE_BF16 &&
            evenkeel_amx_bf16(params, m, n, k, (const ggml_bf16_t *) A, lda, (const ggml_bf16_t *) B, ldb,
                              (float *) C, ldc)) {
            return true;
        }
#endif
#if defined(__AVX512BF16__)
]==] text "${text}")
        file(WRITE "${sgemm}" "${text}")
    endif()
    file(READ "${whisper}" text)
    string(REPLACE "${heads_together}" "${heads_apart}" patched "${text}")
    if(NOT patched STREQUAL text)
        string(REPLACE "#include \"ggml.h\"\n" [==[#include "ggml.h"
#include "ggml-cpu.h"

// What keys and values of the encoder's attention are kept in.
static ggml_type evenkeel_attention_type(ggml_type usual) {
    return ggml_cpu_has_amx_int8() ? GGML_TYPE_BF16 : usual;
}
]==] patched "${patched}")
        file(WRITE "${whisper}" "${patched}")
    endif()
endif()
