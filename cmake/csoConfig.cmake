# find_package(cso) reads this file. It defines the imported targets
#
#   cso::static   the static library and the libraries of the system that it needs
#   cso::shared   the shared library
#   cso::cso      one of them: the shared one if BUILD_SHARED_LIBS is on or the static one is not
#                 installed, else the static one
#
# find_package(cso COMPONENTS static) fails unless the static library is installed, and the same
# holds for "shared".

include("${CMAKE_CURRENT_LIST_DIR}/SystemLibraries.cmake")
get_filename_component(cso_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

# cso_find OUT NAME...: finds a library of this installation.
function(cso_find out)
    find_library("${out}" NAMES ${ARGN}
        PATHS "${cso_prefix}"
        PATH_SUFFIXES lib "lib/${CMAKE_LIBRARY_ARCHITECTURE}" lib64
        NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
    mark_as_advanced("${out}")
endfunction()

cso_find(CSO_STATIC_LIBRARY "libcso.a" "${CMAKE_STATIC_LIBRARY_PREFIX}cso${CMAKE_STATIC_LIBRARY_SUFFIX}")
if(WIN32)
    cso_find(CSO_IMPORT_LIBRARY "libcso.dll.a" "cso.dll.lib" "cso.lib")
    find_file(CSO_SHARED_LIBRARY cso.dll PATHS "${cso_prefix}/bin" NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
else()
    cso_find(CSO_SHARED_LIBRARY "libcso${CMAKE_SHARED_LIBRARY_SUFFIX}")
endif()

if(CSO_STATIC_LIBRARY AND NOT TARGET cso::static)
    add_library(cso::static STATIC IMPORTED)
    cso_system_libraries(cso_libraries)
    set_target_properties(cso::static PROPERTIES
        IMPORTED_LOCATION "${CSO_STATIC_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${cso_prefix}/include"
        INTERFACE_LINK_LIBRARIES "${cso_libraries}")
endif()
if(CSO_SHARED_LIBRARY AND NOT TARGET cso::shared)
    add_library(cso::shared SHARED IMPORTED)
    set_target_properties(cso::shared PROPERTIES
        IMPORTED_LOCATION "${CSO_SHARED_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${cso_prefix}/include")
    if(WIN32)
        set_target_properties(cso::shared PROPERTIES IMPORTED_IMPLIB "${CSO_IMPORT_LIBRARY}")
    endif()
endif()

set(cso_static_FOUND FALSE)
set(cso_shared_FOUND FALSE)
if(TARGET cso::static)
    set(cso_static_FOUND TRUE)
endif()
if(TARGET cso::shared)
    set(cso_shared_FOUND TRUE)
endif()
if(NOT TARGET cso::cso)
    if(cso_shared_FOUND AND (BUILD_SHARED_LIBS OR NOT cso_static_FOUND))
        add_library(cso::cso INTERFACE IMPORTED)
        set_target_properties(cso::cso PROPERTIES INTERFACE_LINK_LIBRARIES cso::shared)
    elseif(cso_static_FOUND)
        add_library(cso::cso INTERFACE IMPORTED)
        set_target_properties(cso::cso PROPERTIES INTERFACE_LINK_LIBRARIES cso::static)
    else()
        set(cso_FOUND FALSE)
        set(cso_NOT_FOUND_MESSAGE "There is no library cso in ${cso_prefix}.")
    endif()
endif()
foreach(component IN LISTS cso_FIND_COMPONENTS)
    if(cso_FIND_REQUIRED_${component} AND NOT cso_${component}_FOUND)
        set(cso_FOUND FALSE)
        set(cso_NOT_FOUND_MESSAGE "The ${component} library cso is not installed in ${cso_prefix}.")
    endif()
endforeach()
