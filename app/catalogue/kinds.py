"""The words that everybody shares: how loud, by which way, to whom."""

from enum import StrEnum


class Category(StrEnum):
    EMERGENCY = "emergency"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    SYSTEM = "system"


class Channel(StrEnum):
    WEBSOCKET = "websocket"
    EMAIL = "email"
    IN_APP = "in_app"
    PUSH = "push"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    EMERGENCY = "emergency"


class Role(StrEnum):
    """What a membership makes of somebody. A recipient's role is the first of these that matched."""

    ADMIN = "admin"
    TEACHER = "teacher"
    PARENT = "parent"
    STUDENT = "student"
    DISTRICT_ADMIN = "district_admin"
