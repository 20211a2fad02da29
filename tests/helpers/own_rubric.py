"""A small rubric that is for the synthetic calls of one of the two teams."""

OWN = """\
id: own
version: "1"
title: 晚班评分表
fatal_cap: 0
applies_to: {teams: [B组]}
groups:
  - id: all
    title: 全部
    items:
      - {id: opening, title: 开头语, points: 5, needs: [opening]}
      - {id: restate, title: 复述, points: 5, needs: [restate]}
"""
