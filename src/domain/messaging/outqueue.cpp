// Which message goes next.
#include "domain/messaging/outqueue.hpp"

#include <algorithm>

namespace cloudvno::messaging {
namespace {

// By age, whatever shape the SID has.
std::string_view age_of(const JobPtr& job) {
  return job->message.sid.view().substr(2);
}

// The newest at the end is the usual case.
std::deque<JobPtr>::iterator place_of(std::deque<JobPtr>& jobs, const JobPtr& job) {
  auto place = jobs.end();
  while (place != jobs.begin() && age_of(*std::prev(place)) > age_of(job)) --place;
  return place;
}

QueueKey key_of(const Job& job) {
  return {job.priority, job.sender};
}

}  // namespace

void Outqueue::Round::add(const AccountSid& account, Lines::iterator line) {
  auto& lines = lines_[account];
  if (lines.empty()) accounts_.push_back(account);
  lines.push_back(line);
}

std::optional<Outqueue::Lines::iterator> Outqueue::Round::next() {
  if (accounts_.empty()) return std::nullopt;
  const auto account = accounts_.front();
  accounts_.pop_front();
  const auto found = lines_.find(account);
  const auto line = found->second.front();
  found->second.pop_front();
  if (found->second.empty()) {
    lines_.erase(found);
  } else {
    accounts_.push_back(account);
  }
  return line;
}

std::size_t Outqueue::size_of(const QueueKey& key) const {
  const auto found = sizes_.find(key);
  return found == sizes_.end() ? 0 : found->second;
}

std::size_t Outqueue::room_of(const QueueKey& key, double pace) const {
  constexpr double slow = 10;
  const auto most = pace > 0 && pace < slow ? bounds_.per_slow_queue : bounds_.per_queue;
  const auto here = size_of(key);
  if (here >= most || size_ >= bounds_.in_all) return 0;
  return std::min(most - here, bounds_.in_all - size_);
}

void Outqueue::count(const Job& job, int by) {
  size_ += static_cast<std::size_t>(by);
  const auto found = sizes_.try_emplace(key_of(job)).first;
  found->second += static_cast<std::size_t>(by);
  if (found->second == 0) sizes_.erase(found);
}

Outqueue::Ready& Outqueue::ready(std::size_t link) {
  if (ready_.size() <= link) ready_.resize(link + 1);
  return ready_[link];
}

void Outqueue::add(JobPtr job) {
  count(*job, 1);
  auto& [first, waiting] = pairs_[job->pair];
  if (!first) {
    first = job.get();
    insert(std::move(job));
    return;
  }
  waiting.insert(place_of(waiting, job), std::move(job));
}

void Outqueue::insert(JobPtr job) {
  const auto line = lines_.try_emplace({job->link, job->priority, job->sender}).first;
  auto& jobs = line->second.jobs;
  jobs.insert(place_of(jobs, job), std::move(job));
  list(line);
}

void Outqueue::list(Lines::iterator line) {
  if (line->second.listed || line->second.jobs.empty()) return;
  line->second.listed = true;
  const auto& [key, content] = *line;
  ready(key.link).rounds[static_cast<std::size_t>(key.priority)].add(
      content.jobs.front()->message.account, line);
}

// What waited for a time that has come stands in line again.
void Outqueue::wake(Micros now) {
  while (!paused_.empty() && paused_.begin()->first <= now) {
    auto job = std::move(paused_.begin()->second);
    paused_.erase(paused_.begin());
    insert(std::move(job));
  }
  while (!paced_.empty() && paced_.begin()->first <= now) {
    const auto line = lines_.find(paced_.begin()->second);
    paced_.erase(paced_.begin());
    if (line == lines_.end()) continue;
    line->second.listed = false;
    if (line->second.jobs.empty()) {
      lines_.erase(line);
    } else {
      list(line);
    }
  }
  // Forgotten now and then, so that senders that came once do not stay.
  if (paces_.size() > bounds_.in_all) {
    std::erase_if(paces_, [&](const auto& each) { return each.second.is_over(now); });
  }
}

JobPtr Outqueue::take(std::size_t link, const Room& room, Micros now) {
  wake(now);
  auto& [rounds, turns] = ready(link);
  constexpr unsigned turn_about = 8;
  const bool last_first = ++turns % turn_about == 0;
  for (std::size_t i = 0; i < priorities; ++i) {
    const auto priority = by_rank[last_first ? priorities - 1 - i : i];
    auto& round = rounds[static_cast<std::size_t>(priority)];
    auto taken = take_from(round, room, now);
    // A long message waits for its places; smaller ones that passed it would keep it waiting.
    if (taken.job || taken.lacks_room) return std::move(taken.job);
  }
  return nullptr;
}

Outqueue::Taken Outqueue::take_from(Round& round, const Room& room, Micros now) {
  while (const auto next = round.next()) {
    const auto line = *next;
    auto& jobs = line->second.jobs;
    if (jobs.empty()) {
      lines_.erase(line);
      continue;
    }
    if (!room.media && jobs.front()->message.is_mms()) {
      constexpr std::chrono::milliseconds again{20};
      paced_.emplace(now + again, line->first);  // listed still: it waits there
      continue;
    }
    const auto pace = paces_.find(line->first.sender);
    if (pace != paces_.end() && jobs.front()->pace > 0 && !jobs.front()->claimed &&
        !pace->second.may_send(now)) {
      paced_.emplace(pace->second.next(), line->first);  // listed still: it waits there
      continue;
    }
    line->second.listed = false;
    auto taken = take_from(line, room);
    if (jobs.empty()) {
      lines_.erase(line);
    } else {
      list(line);
    }
    if (taken.job && taken.job->pace > 0 && !taken.job->claimed) {
      paces_[taken.job->sender].sent(taken.job->message.num_segments, taken.job->pace, now);
    }
    if (taken.job || taken.lacks_room) return taken;
  }
  return {};
}

Outqueue::Taken Outqueue::take_from(Lines::iterator line, const Room& room) {
  auto& jobs = line->second.jobs;
  if (!room.alone && jobs.front()->parts_to_send() > room.parts) return {nullptr, true};
  auto job = std::move(jobs.front());
  jobs.pop_front();
  count(*job, -1);
  return {std::move(job), false};
}

void Outqueue::finished(const Job& job) {
  const auto found = pairs_.find(job.pair);
  if (found == pairs_.end()) return;
  auto& [first, waiting] = found->second;
  if (first != &job) return;
  if (waiting.empty()) {
    pairs_.erase(found);
    return;
  }
  auto next = std::move(waiting.front());
  waiting.pop_front();
  first = next.get();
  insert(std::move(next));
}

void Outqueue::put_back(JobPtr job, Micros not_before) {
  count(*job, 1);
  paused_.emplace(not_before, std::move(job));
}

std::vector<JobPtr> Outqueue::all() const {
  std::vector<JobPtr> jobs;
  jobs.reserve(size_);
  for (const auto& [key, line] : lines_) {
    jobs.insert(jobs.end(), line.jobs.begin(), line.jobs.end());
  }
  for (const auto& [time, job] : paused_) jobs.push_back(job);
  for (const auto& [hash, pair] : pairs_) {
    jobs.insert(jobs.end(), pair.waiting.begin(), pair.waiting.end());
  }
  return jobs;
}

void Outqueue::choose_again(const std::function<void(Job&)>& choose) {
  std::vector<JobPtr> moved;
  for (auto& [key, line] : lines_) {
    std::erase_if(line.jobs, [&, link = key.link](JobPtr& job) {
      choose(*job);
      if (job->link == link) return false;
      moved.push_back(std::move(job));
      return true;
    });
  }
  for (auto& [time, job] : paused_) choose(*job);
  for (auto& [hash, pair] : pairs_) {
    for (auto& job : pair.waiting) choose(*job);
  }
  for (auto& job : moved) insert(std::move(job));
}

std::vector<JobPtr> Outqueue::remove_if(const std::function<bool(const Job&)>& fits) {
  std::vector<JobPtr> removed;
  const auto take_fitting = [&](JobPtr& job) {
    if (!fits(*job)) return false;
    count(*job, -1);
    removed.push_back(std::move(job));
    return true;
  };
  for (auto& [key, line] : lines_) std::erase_if(line.jobs, take_fitting);
  for (auto each = paused_.begin(); each != paused_.end();) {
    each = take_fitting(each->second) ? paused_.erase(each) : std::next(each);
  }
  for (auto& [hash, pair] : pairs_) std::erase_if(pair.waiting, take_fitting);
  for (const auto& job : removed) finished(*job);
  return removed;
}

std::optional<Micros> Outqueue::next_turn() const {
  std::optional<Micros> next;
  if (!paused_.empty()) next = paused_.begin()->first;
  if (!paced_.empty() && (!next || paced_.begin()->first < *next)) next = paced_.begin()->first;
  return next;
}

}  // namespace cloudvno::messaging
