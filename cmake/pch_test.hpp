// The rooms' header and GoogleTest.
#include "pch_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
