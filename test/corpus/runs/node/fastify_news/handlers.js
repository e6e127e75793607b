async function listArticles() {
  here();
  return [];
}

const showArticle = async request => {
  here();
  return request.params.slug;
};

module.exports = { listArticles, showArticle };
