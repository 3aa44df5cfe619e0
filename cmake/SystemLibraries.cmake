# Sets OUT to the libraries of the system that a program needs if it links the static library. They
# are those that "cargo rustc -- --print native-static-libs" prints, without those that every
# compiler links.
function(cso_system_libraries out)
    if(ANDROID)
        set(libraries dl log m)
    elseif(WIN32)
        set(libraries kernel32 ntdll userenv ws2_32 dbghelp)
    elseif(APPLE)
        set(libraries "")
    elseif(CMAKE_SYSTEM_NAME STREQUAL "FreeBSD")
        set(libraries execinfo pthread rt util m)
    else()
        set(libraries pthread dl rt m)
    endif()
    set("${out}" "${libraries}" PARENT_SCOPE)
endfunction()
